import { access } from '../../../src/domain/access/access.js';
import type { AccessEvent, AccessMode } from '../../../src/domain/access/access-vocabulary.js';
import { decideDocument } from '../../../src/domain/access/decide-document.js';
import type { AccessFacts } from '../../../src/domain/access/facts.js';
import { matrix, type Action } from '../../../src/domain/access/matrix.js';
import type { DocumentFacts } from '../../../src/domain/access/policy.js';
import { decide } from '../../../src/domain/shared/decider.js';
import type { Actor, Professional } from '../../../src/domain/shared/actor.js';
import * as p from '../../personas/index.js';
import * as s from '../../support/access-stories.js';
import { frozenReplay } from '../../support/specification.js';

const AT = p.day(1);
const team = s.consented(s.placeOf(s.CLINIC));
const ask = (action: Action, actor: Actor, facts: AccessFacts, mode: AccessMode = 'normal', document?: DocumentFacts) =>
  matrix[action]({ actor, facts, at: AT, mode, law: s.law, document });
const reads = (who: Professional, facts: AccessFacts, document = s.report(), mode: AccessMode = 'normal') => {
  const { refusal, receipt } = ask('GetDocument', s.asking(who), facts, mode, document);
  return refusal === null ? 'reads' : `${refusal.rejected} ${receipt.reason}`;
};
/** What a list would show him: the documents that stay when each is asked about. */
const listed = (who: Professional, facts: AccessFacts, documents: readonly DocumentFacts[]): string[] => {
  const { viewer } = ask('ListDocuments', s.asking(who), facts);
  if (viewer === null) return [];
  return documents.filter((one) => decideDocument(one, viewer, facts, s.law, AT).allowed).map(({ document }) => document);
};

describe('A12: a nurse and a psychological assessment', () => {
  const facts = s.factsAfter([team]);
  const assessment = s.report({ document: 'document-2', set: 'set-2', typeCode: '83901-9' });

  it('is refused by the matrix, and told that there is no such document', () => {
    expect(reads(s.nurse, facts, assessment)).toBe('record/nothing-here matrix');
    expect(reads(s.colleague, facts, assessment)).toBe('reads');
  });

  it('does not show in her list, whose other lines are the same', () => {
    expect(listed(s.nurse, facts, [s.report(), assessment])).toEqual(listed(s.nurse, facts, [s.report()]));
  });

  it('the receipt, which she does not get, names the rule and the version of the matrix', () => {
    const { receipt } = ask('GetDocument', s.asking(s.nurse), facts, 'normal', assessment);
    expect(receipt).toMatchObject({ outcome: 'DENY', rule: '5d', reason: 'matrix', matrix: s.matrixOfTests.version });
  });
});

describe('A13: the holder masks a report of biology', () => {
  const rights: readonly AccessEvent[] = [team, s.attending(s.stranger), s.glassBroken(s.colleague), s.masked('set-1')];
  const facts = s.factsAfter(rights);

  it('its author and the attending doctor read it', () => {
    expect([reads(s.doctor, facts), reads(s.stranger, facts)]).toEqual(['reads', 'reads']);
  });

  it('another doctor of the care team does not see it, and not even that there is one', () => {
    expect(reads(s.colleague, facts)).toBe('record/nothing-here masked');
    expect(listed(s.colleague, facts, [s.report()])).toEqual(listed(s.colleague, facts, []));
  });

  it('in an emergency the switch decides', () => {
    const said = (value: 'permit' | 'deny') => s.factsAfter([...rights, s.preferred('MASKED', value)]);
    expect(reads(s.colleague, facts, s.report(), 'bris_de_glace')).toBe('record/nothing-here masked');
    expect(reads(s.colleague, said('deny'), s.report(), 'bris_de_glace')).toBe('record/nothing-here masked');
    expect(reads(s.colleague, said('permit'), s.report(), 'bris_de_glace')).toBe('reads');
  });

  it('the holder reads it, and once unmasked everybody whom the matrix lets', () => {
    expect(ask('GetDocument', p.alice, facts, 'normal', s.report()).refusal).toBeNull();
    const unmasked = s.factsAfter([...rights, { type: 'DocumentsUnmasked', v: 1, sets: ['set-1'] }]);
    expect(reads(s.colleague, unmasked)).toBe('reads');
  });
});

const opening = (
  who: Professional,
  mode: 'bris_de_glace' | 'centre_15',
  past: readonly AccessEvent[],
  reason = 'personne inconsciente',
) => {
  const admitted = ask('OpenEmergencyAccess', s.asking(who), s.factsAfter(past), mode);
  if (admitted.refusal) return admitted.refusal.rejected;
  const decision = decide(access, { type: 'OpenEmergencyAccess', mode, reason, at: AT, by: s.asking(who) }, frozenReplay(access, past));
  return 'rejected' in decision ? decision.rejected : decision;
};

describe('A18: break-glass by a doctor', () => {
  it('is refused when the holder said so, and the receipt names where he did', () => {
    const past = [team, s.preferred('BTG', 'deny')];
    expect(opening(s.stranger, 'bris_de_glace', past)).toBe('access/emergency-refused');
    const { receipt } = ask('OpenEmergencyAccess', s.asking(s.stranger), s.factsAfter(past), 'bris_de_glace');
    expect(receipt).toMatchObject({ outcome: 'DENY', rule: '4e', facts: [{ stream: 'access', rev: 1 }] });
  });

  it('asks for a reason', () => {
    expect(opening(s.stranger, 'bris_de_glace', [], '')).toBe('access/reason-too-short');
  });

  it('is a fact with its reason, from which holder and attending doctor are told; then he reads what the matrix lets him', () => {
    const opened = opening(s.stranger, 'bris_de_glace', []);
    expect(opened).toEqual([s.glassBroken(s.stranger, 'bris_de_glace', p.later(AT, 3_600_000))]);
    expect(reads(s.stranger, s.factsAfter([]), s.report(), 'bris_de_glace')).toBe('access/emergency-not-open emergency-not-open');
    expect(reads(s.stranger, s.factsAfter(opened as AccessEvent[]), s.report(), 'bris_de_glace')).toBe('reads');
    expect(reads(s.stranger, s.factsAfter(opened as AccessEvent[]))).toBe('access/no-consent no-consent');
  });
});

describe('A19: the call centre, asked by a professional whose token does not say that he regulates', () => {
  it('is refused, whatever else he may', () => {
    for (const past of [[], [team], [s.attending(s.doctor)]]) expect(opening(s.doctor, 'centre_15', past)).toBe('access/not-regulating');
    expect(reads(s.doctor, s.factsAfter([s.glassBroken(s.doctor, 'centre_15')]), s.report(), 'centre_15')).toBe(
      'access/not-regulating not-regulating',
    );
  });

  it('lets a regulating doctor read, and not feed', () => {
    const facts = s.factsAfter([s.glassBroken(s.regulator, 'centre_15')]);
    expect(reads(s.regulator, facts, s.report(), 'centre_15')).toBe('reads');
    expect(ask('DepositDocument', s.asking(s.regulator), facts, 'centre_15').refusal?.rejected).toBe('access/consult-only');
  });
});

describe('A20: without a consent, or blocked', () => {
  it.each<[string, readonly AccessEvent[], string, string]>([
    ['a professional outside the care team', [], 'access/no-consent', 'no-consent'],
    ['a professional who is blocked', [team, s.blocked(s.nurse)], 'access/nothing-here', 'blocked'],
    ['a professional whose place is blocked', [s.consented(s.oneOf(s.nurse)), s.placeBlocked(s.CLINIC)], 'access/nothing-here', 'blocked'],
  ])('%s neither reads nor feeds', (_, rights, code, reason) => {
    for (const action of ['ListDocuments', 'DepositDocument'] as const) {
      const { refusal, receipt } = ask(action, s.asking(s.nurse), s.factsAfter(rights));
      expect([refusal?.rejected, receipt.reason]).toEqual([code, reason]);
    }
  });
});

describe('A28: somebody who may never have access', () => {
  const facts = s.factsAfter([team]);
  const CONTENT: readonly Action[] = ['ListDocuments', 'GetDocument', 'DownloadDocument', 'GetDossier', 'ListRights', 'GetActivityHistory'];

  it('an insurer asks anything of what is in a space: refused, and the refusal is what an alarm is raised from', () => {
    for (const action of CONTENT) {
      const { refusal, receipt } = ask(action, s.insurer, facts, 'normal', s.report());
      expect([refusal?.rejected, receipt.outcome, receipt.reason]).toEqual(['access/not-allowed', 'DENY', 'not-allowed']);
    }
    for (const action of ['RecordConsent', 'UseTemporaryAccess', 'OpenEmergencyAccess', 'UnmaskDocuments'] as const)
      expect(ask(action, s.insurer, facts).refusal?.rejected).toBe('access/not-allowed');
  });

  it('a profession that takes no part in care is refused, whoever trusts it', () => {
    const consented = s.factsAfter([s.consented(s.oneOf(s.ambulanceDriver)), s.administrator(s.ambulanceDriver)]);
    for (const action of ['ListDocuments', 'RecordConsent', 'DepositDocument'] as const)
      expect(ask(action, s.asking(s.ambulanceDriver), consented).refusal?.rejected).toBe('access/profession-without-access');
  });

  it('the one who asks for nothing but to feed what he must is let in for that alone', () => {
    expect(ask('DepositDocument', s.insurer, facts).refusal).toBeNull();
  });
});

describe('A29: an occupational doctor', () => {
  const express = s.consented(s.oneOf(s.workDoctor), { basis: 'EXPRESS' });

  it.each<[string, readonly AccessEvent[]]>([
    ['in the care team', [team]],
    ['with an explicit consent', [s.consented(s.oneOf(s.workDoctor), { basis: 'EXPLICIT' })]],
    ['as attending doctor', [s.attending(s.workDoctor)]],
    ['as administrator', [s.administrator(s.workDoctor)]],
    ['whose express consent is over', [s.consented(s.oneOf(s.workDoctor), { basis: 'EXPRESS', until: AT })]],
    ['whose express consent was withdrawn', [express, s.withdrawn(s.oneOf(s.workDoctor))]],
  ])('%s neither reads nor feeds without an express consent', (_, rights) => {
    for (const action of ['ListDocuments', 'DepositDocument'] as const)
      expect(ask(action, s.asking(s.workDoctor), s.factsAfter(rights)).refusal?.rejected).toBe('access/express-consent-needed');
  });

  it('with an express consent reads and feeds, whatever was said of his team', () => {
    for (const action of ['ListDocuments', 'DepositDocument'] as const)
      expect(ask(action, s.asking(s.workDoctor), s.factsAfter([team, express])).refusal).toBeNull();
  });

  it.each([{ specialty: 'SM25' }, { sector: 'SA66' }, { sector: 'SA13' }])('is one by %p', (own) => {
    const who = { ...s.doctor, ...own };
    expect(ask('ListDocuments', s.asking(who), s.factsAfter([team])).refusal?.rejected).toBe('access/express-consent-needed');
  });
});

describe('A30: the attending doctor, blocked by the holder', () => {
  const facts = s.factsAfter([s.attending(s.colleague), s.blocked(s.colleague)]);

  it.each([
    ['a report', { category: 'BIOLOGIE' }, 'record/nothing-here blocked'],
    ['his own report', { category: 'BIOLOGIE', authors: [s.colleague.id] }, 'record/nothing-here blocked'],
    ['vaccinations', { category: 'CAR_VAC' }, 'reads'],
    ['care history', { category: 'REMB' }, 'reads'],
    ['wishes', { category: 'VDP' }, 'reads'],
    ['advance directives', { category: 'DIR_ANT' }, 'reads'],
  ])('%s', (_, own, answer) => {
    const said = reads(s.colleague, facts, s.report(own));
    expect(said.replace('access/nothing-here', 'record/nothing-here')).toBe(answer);
  });

  it('neither feeds nor looks at the history', () => {
    for (const action of ['DepositDocument', 'GetActivityHistory'] as const)
      expect(ask(action, s.asking(s.colleague), facts).refusal?.rejected).toBe('access/nothing-here');
  });

  it('ends with the next attending doctor: then he is blocked as anybody', () => {
    const changed = s.factsAfter([s.attending(s.colleague), s.blocked(s.colleague), s.attending(s.doctor)]);
    expect(reads(s.colleague, changed, s.report({ category: 'CAR_VAC' }))).toBe('access/nothing-here blocked');
  });
});
