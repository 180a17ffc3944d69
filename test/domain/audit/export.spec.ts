import { describe, expect, it } from '@jest/globals';
import { isAgeRecipient } from '../../../src/domain/audit/age-recipient.js';
import { auditing, isAuditor, type AuditorEvent } from '../../../src/domain/audit/auditors.js';
import { exportDue, exportKept } from '../../../src/domain/audit/export-process.js';
import type { ExportCommand, ExportEvent, ExportResult, ExportWish } from '../../../src/domain/audit/export-vocabulary.js';
import { exporting } from '../../../src/domain/audit/export.js';
import { EXPORTER, nameOf, type Actor } from '../../../src/domain/shared/actor.js';
import { deadlineAfter, type Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { frozenReplay, specification } from '../../support/specification.js';

const { given } = specification(exporting);
const RECIPIENT = 'age1c5ps9zxznymcmgl4h9kg4k3a0x6msendday3p58wy0rjnuwrnqlquj775k';
const wish: ExportWish = {
  mode: 'pseudonymised',
  scope: { kind: 'all' },
  recipient: RECIPIENT,
  legalBasis: 'Loi 78-17, art. 19',
  reason: 'contrôle 2026-12',
};
const named: ExportWish = { ...wish, mode: 'nominative', scope: { kind: 'space', space: 'a' } };
const ask = (more: Partial<ExportWish> = {}): ExportCommand => ({ type: 'RequestExport', ...wish, ...more });
const requested = (by: Actor = p.compliance, what: ExportWish = wish): ExportEvent => ({
  type: 'ExportRequested',
  v: 1,
  ...what,
  by: nameOf(by),
  expiresAt: p.day(1),
});
const approvedBy = (by: Actor, complete = false): ExportEvent => ({ type: 'ExportApproved', v: 1, by: nameOf(by), complete });
const soon = (by: Actor) => ({ at: p.later(p.DAY_0, 60_000), by });
const ready = [requested(), approvedBy(p.secondCompliance), approvedBy(p.thirdCompliance, true)] as const;
const started = (attempt: string): ExportEvent => ({ type: 'ExportStarted', v: 1, attempt });
const result = (attempt: string): ExportResult => ({
  attempt,
  name: 'export-1',
  sha256: 'aa',
  archive: 'bb',
  size: 3,
  counts: { events: 2, streams: 1, opened: 2, missing: 0 },
  log: { size: 2, root: 'r' },
});
/** The Paris day behind the thirtieth. */
const KEPT_UNTIL = deadlineAfter(p.DAY_0, { days: 30 }).over;
const generated = (attempt: string): ExportEvent => ({
  type: 'ExportGenerated',
  v: 2,
  ...result(attempt),
  recipient: RECIPIENT,
  scope: wish.scope,
  mode: wish.mode,
  keptUntil: KEPT_UNTIL,
});

describe('An export', () => {
  it('is asked for with a ground, a reason and a recipient whose checksum holds', () => {
    given().when(ask(), { at: p.DAY_0, by: p.compliance }).then(requested());
    given()
      .when(ask({ legalBasis: ' ' }), soon(p.compliance))
      .thenRefused('audit/export-reason-needed');
    given()
      .when(ask({ recipient: RECIPIENT.replace('c5ps', 'c5pq') }), soon(p.compliance))
      .thenRefused('audit/export-recipient');
    expect(isAgeRecipient(RECIPIENT)).toBe(true);
    expect(isAgeRecipient(RECIPIENT.replace('775k', '77k5'))).toBe(false);
  });

  it('opens whole events only of somebody or of some days', () => {
    given()
      .when(ask({ mode: 'nominative' }), soon(p.compliance))
      .thenRefused('audit/export-too-wide');
    given()
      .when(ask({ scope: { kind: 'period' } }), soon(p.compliance))
      .thenRefused('audit/export-period');
    given()
      .when(ask({ period: { from: p.day(2), until: p.day(1) } }), soon(p.compliance))
      .thenRefused('audit/export-period');
  });

  it('opens chosen events only in the mode for it, some thousands at most, each once and in their order', () => {
    const of = (...indexes: number[]) => ask({ mode: 'nominative', scope: { kind: 'events', indexes } });
    const refusals: readonly (readonly [ExportCommand, string])[] = [
      [ask({ scope: { kind: 'events', indexes: [3] } }), 'audit/export-events-mode'],
      [of(), 'audit/export-events-count'],
      [of(...Array.from({ length: 3_001 }, (_, n) => n)), 'audit/export-events-count'],
      [of(4, 3), 'audit/export-events-order'],
      [of(3, 3), 'audit/export-events-order'],
      [of(-1), 'audit/export-events-order'],
      [of(0.5), 'audit/export-events-order'],
    ];
    for (const [asked, code] of refusals) given().when(asked, soon(p.compliance)).thenRefused(code);
    const most = Array.from({ length: 3_000 }, (_, n) => n);
    const wished: ExportWish = { ...wish, mode: 'nominative', scope: { kind: 'events', indexes: most } };
    given()
      .when(of(...most), { at: p.DAY_0, by: p.compliance })
      .then(requested(p.compliance, wished));
  });

  it('is approved by two different people', () => {
    given(requested()).when({ type: 'ApproveExport' }, soon(p.secondCompliance)).then(approvedBy(p.secondCompliance));
    given(requested(), approvedBy(p.secondCompliance)).when({ type: 'ApproveExport' }, soon(p.secondCompliance)).thenNothing();
    given(requested(), approvedBy(p.secondCompliance))
      .when({ type: 'ApproveExport' }, soon(p.thirdCompliance))
      .then(approvedBy(p.thirdCompliance, true));
  });

  it('is never approved by who asked for it where whole events are opened', () => {
    given(requested(p.compliance, named)).when({ type: 'ApproveExport' }, soon(p.compliance)).thenRefused('audit/own-export');
    given(requested()).when({ type: 'ApproveExport' }, soon(p.compliance)).then(approvedBy(p.compliance));
  });

  it('expires after twenty-four hours without approval, and not before', () => {
    const late = { at: p.day(1), by: p.scheduler };
    given(requested()).when({ type: 'ExpireExport' }, soon(p.scheduler)).thenRefused('audit/export-not-expired');
    given(requested()).when({ type: 'ExpireExport' }, late).then({ type: 'ExportExpired', v: 1 });
    given(...ready)
      .when({ type: 'ExpireExport' }, late)
      .thenNothing();
    given(requested())
      .when({ type: 'ApproveExport' }, { at: p.day(1), by: p.secondCompliance })
      .thenRefused('audit/export-over');
  });

  it('is refused with a reason, and then over', () => {
    const refuse = { type: 'RefuseExport', reason: 'périmètre trop large' } as const;
    const refused = { type: 'ExportRefused', v: 1, by: nameOf(p.thirdCompliance), reason: refuse.reason } as const;
    given(requested()).when(refuse, soon(p.thirdCompliance)).then(refused);
    given(requested(), refused).when({ type: 'ApproveExport' }, soon(p.secondCompliance)).thenRefused('audit/export-over');
  });

  it('has one result: that of the attempt that was begun last', () => {
    given(...ready, started('one'))
      .when({ type: 'StartExport', attempt: 'two' }, soon(EXPORTER))
      .then(started('two'));
    given(...ready, started('one'), started('two'))
      .when({ type: 'CompleteExport', ...result('one') }, soon(EXPORTER))
      .thenRefused('audit/export-other-attempt');
    given(...ready, started('one'), started('two'))
      .when({ type: 'CompleteExport', ...result('two') }, soon(EXPORTER))
      .then(generated('two'));
    given(...ready, started('two'), generated('two'))
      .when({ type: 'CompleteExport', ...result('one') }, soon(EXPORTER))
      .thenRefused('audit/export-other-attempt');
    given(...ready, started('two'), generated('two'))
      .when({ type: 'StartExport', attempt: 'three' }, soon(EXPORTER))
      .thenRefused('audit/export-over');
  });

  it('gives up after many attempts that died', () => {
    const attempts = Array.from({ length: 50 }, (_, n) => started(String(n)));
    given(...ready, ...attempts)
      .when({ type: 'StartExport', attempt: 'more' }, soon(EXPORTER))
      .then({ type: 'ExportFailed', v: 1, failure: 'TOO_MANY_ATTEMPTS' });
  });

  it('is gone on with where too many attempts died, by whoever answers for it: approved as it was, its attempts counted anew', () => {
    const failed = (failure: 'TOO_MANY_ATTEMPTS' | 'STRANGE_CHECKPOINT'): ExportEvent => ({ type: 'ExportFailed', v: 1, failure });
    const resumed: ExportEvent = { type: 'ExportResumed', v: 1, by: nameOf(p.compliance) };
    const attempts = Array.from({ length: 50 }, (_, n) => started(String(n)));
    const stuck = [...ready, ...attempts, failed('TOO_MANY_ATTEMPTS')];
    given(...stuck)
      .when({ type: 'ResumeExport' }, soon(p.compliance))
      .then(resumed);
    given(...stuck, resumed)
      .when({ type: 'StartExport', attempt: 'more' }, soon(EXPORTER))
      .then(started('more'));
    for (const going of [
      [...stuck, resumed],
      [...stuck, resumed, started('more')],
    ])
      given(...going)
        .when({ type: 'ResumeExport' }, soon(p.compliance))
        .thenNothing();
    // Thirty days after the last moment for approvals, people approve anew.
    const { over: late } = deadlineAfter(p.day(1), { days: 30 });
    given(...stuck)
      .when({ type: 'ResumeExport' }, { at: p.later(late, -1), by: p.compliance })
      .then(resumed);
    given(...stuck)
      .when({ type: 'ResumeExport' }, { at: late, by: p.compliance })
      .thenRefused('audit/export-over');
    for (const over of [[...ready, failed('STRANGE_CHECKPOINT')], [...ready, started('one'), generated('one')], [requested()]])
      given(...over)
        .when({ type: 'ResumeExport' }, soon(p.compliance))
        .thenRefused('audit/export-over');
  });

  it('is called off at any moment before it is ready, and its result then comes too late', () => {
    const cancelled = { type: 'ExportCancelled', v: 1, by: nameOf(p.compliance) } as const;
    given(...ready, started('one'))
      .when({ type: 'CancelExport' }, soon(p.compliance))
      .then(cancelled);
    given(...ready, started('one'), cancelled)
      .when({ type: 'CompleteExport', ...result('one') }, soon(EXPORTER))
      .thenRefused('audit/export-over');
    given(...ready, { type: 'ExportFailed', v: 1, failure: 'STRANGE_CHECKPOINT' })
      .when({ type: 'CancelExport' }, soon(p.compliance))
      .thenRefused('audit/export-over');
  });

  it('is kept for thirty days, not one millisecond less, and its package then goes', () => {
    const removed = (by: string | null): ExportEvent => ({ type: 'ExportRemoved', v: 1, by });
    const done = [...ready, started('one'), generated('one')];
    const at = (moment: Instant) => ({ at: moment, by: p.scheduler });
    given(...done)
      .when({ type: 'RemoveExport' }, at(p.later(KEPT_UNTIL, -1)))
      .thenRefused('audit/export-kept');
    given(...done)
      .when({ type: 'RemoveExport' }, at(KEPT_UNTIL))
      .then(removed(null));
    given(...done)
      .when({ type: 'CancelExport' }, soon(p.compliance))
      .then(removed(nameOf(p.compliance)));
    for (const type of ['CancelExport', 'RemoveExport'] as const)
      given(...done, removed(null))
        .when({ type }, at(KEPT_UNTIL))
        .thenNothing();
    given(...done, removed(null))
      .when({ type: 'DownloadExport' }, soon(p.compliance))
      .thenRefused('audit/export-removed');
    given(...ready)
      .when({ type: 'RemoveExport' }, at(KEPT_UNTIL))
      .thenNothing();
    const unsaid = { ...generated('one'), keptUntil: null } as ExportEvent;
    given(...ready, started('one'), unsaid)
      .when({ type: 'RemoveExport' }, at(KEPT_UNTIL))
      .then(removed(null));
  });

  it('is fetched by those who answer for exports and by the auditor who asked for it, each time a fact', () => {
    const done = [requested(p.auditor), approvedBy(p.compliance), approvedBy(p.secondCompliance, true), started('one'), generated('one')];
    const fetched = (by: Actor): ExportEvent => ({ type: 'ExportDownloaded', v: 1, by: nameOf(by) });
    given(...done)
      .when({ type: 'DownloadExport' }, soon(p.auditor))
      .thenEachTime(fetched(p.auditor));
    given(...done)
      .when({ type: 'DownloadExport' }, soon(p.compliance))
      .thenEachTime(fetched(p.compliance));
    given(requested(), ...done.slice(1))
      .when({ type: 'DownloadExport' }, soon(p.auditor))
      .thenRefused('audit/no-such-export');
    given(requested()).when({ type: 'DownloadExport' }, soon(p.compliance)).thenRefused('audit/export-not-ready');
  });

  it('calls for its expiry when it is asked for, and for work when it is approved', () => {
    const recorded = (event: ExportEvent) => ({ event }) as never;
    expect(exportDue.on.ExportRequested?.(recorded(requested()), 'x')).toEqual([
      { id: 'x', wish: { type: 'ExpireExport' }, notBefore: p.day(1) },
    ]);
    expect(exportDue.on.ExportApproved?.(recorded(approvedBy(p.thirdCompliance)), 'x')).toEqual([]);
    expect(exportDue.on.ExportApproved?.(recorded(approvedBy(p.thirdCompliance, true)), 'x')).toEqual([
      { id: 'x', wish: { type: 'QueueExport' } },
    ]);
    expect(exportDue.on.ExportResumed?.(recorded({ type: 'ExportResumed', v: 1, by: 'x' }), 'x')).toEqual([
      { id: 'x', wish: { type: 'QueueExport' } },
    ]);
    expect(exportDue.on.ExportRemoved?.(recorded({ type: 'ExportRemoved', v: 1, by: null }), 'x')).toEqual([
      { id: 'x', wish: { type: 'QueueExport' } },
    ]);
  });

  it('calls for its end on the day that its fact names; where version 1 named none, as long after the fact', () => {
    const calledFor = (event: ExportEvent, at: Instant) => exportKept.on.ExportGenerated?.({ event, at } as never, 'x');
    const removal = { id: 'x', wish: { type: 'RemoveExport' }, notBefore: KEPT_UNTIL };
    expect(calledFor(generated('one'), p.day(3))).toEqual([removal]);
    expect(calledFor({ ...generated('one'), keptUntil: null } as ExportEvent, p.DAY_0)).toEqual([removal]);
  });
});

describe('The account of an auditor', () => {
  const subject = { issuer: 'https://staff.test', sub: 'auditor-1' };
  const told = { at: p.DAY_0, by: p.compliance };
  const registered: AuditorEvent = { type: 'AuditorRegistered', v: 1, subject, authority: 'CNIL', until: p.day(30) };

  it('is opened until a day, and ends by itself or before', () => {
    const { given: of } = specification(auditing);
    of()
      .when({ type: 'RegisterAuditor', subject, authority: 'CNIL', until: p.day(30) }, told)
      .then(registered);
    of().when({ type: 'RegisterAuditor', subject, authority: 'CNIL', until: p.DAY_0 }, told).thenRefused('audit/auditor-end');
    of(registered).when({ type: 'EndAuditor', subject }, told).then({ type: 'AuditorEnded', v: 1, subject });
    const auditors = frozenReplay(auditing, [registered]);
    expect(isAuditor(auditors, subject, p.day(29))).toBe(true);
    expect(isAuditor(auditors, subject, p.day(30))).toBe(false);
    expect(isAuditor(auditors, { ...subject, sub: 'another' }, '2000-01-01T00:00:00.000Z' as Instant)).toBe(false);
  });
});
