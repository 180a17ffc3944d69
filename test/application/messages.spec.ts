import { messageOf, type Draft } from '../../src/application/enrolment/messages.js';
import type { SpaceEvent } from '../../src/domain/enrolment/space-vocabulary.js';
import { IMPORTER } from '../../src/domain/shared/actor.js';
import type { Recorded } from '../../src/domain/shared/fact.js';
import { instant, type Instant } from '../../src/domain/shared/time.js';
import { spaceFacts } from '../support/enrolment-facts.js';

const facts = spaceFacts;
const at = instant('2026-12-01T22:59:00Z');
const recorded = (events: readonly SpaceEvent[], on?: Instant): Recorded<SpaceEvent>[] =>
  events.map((event, rev) => ({
    event,
    stream: 'space-1',
    rev,
    position: BigInt(rev + 1),
    at,
    meta: { who: IMPORTER, cause: 'c', corr: 'c', command: { id: 'i', digest: 'd' }, ...(on === undefined ? {} : { on }) },
  }));
const codeOf = (seed: string): string => (seed === 's1' ? 'ABCDEFGH23' : 'XXXXXXXXXX');

/** What is said of the last of these facts. */
const said = (...events: SpaceEvent[]): Draft | null => messageOf(recorded(events), events.length - 1, codeOf);
const known = facts.PersonDeclaredEligible;
const invited = [known, facts.InvitationSent, facts.ProvisionalCodeIssued];
const opposed = [...invited, facts.OppositionRegistered];
const active = [...invited, { ...facts.SpaceOpened, mode: 'VOLUNTARY' } as const, facts.ProvisionalCodeConsumed, facts.SpaceActivated];
const closed = [...active, facts.TermsAccepted, facts.SpaceClosed];

describe('an invitation', () => {
  it('says what the space is, until when one may say no, when it opens, and how to act, with the code', () => {
    expect(messageOf(recorded(invited), 1, codeOf)).toEqual({
      kind: 'invitation',
      channel: 'EMAIL',
      to: { name: 'CAMILLE EXEMPLE', email: 'camille@example.org', postal: ['CAMILLE EXEMPLE', '1 rue du Moulin', '88000 ÉPINAL'] },
      sentAt: facts.InvitationSent.sentAt,
      since: facts.InvitationSent.sentAt,
      subject: 'Votre espace santé va être créé',
      text: `Bonjour CAMILLE EXEMPLE,

L’Assurance Maladie et le ministère de la Santé mettent à votre disposition, gratuitement, un espace numérique personnel et sécurisé : Mon espace santé.

Vous pourrez y conserver vos documents, échanger par une messagerie sécurisée avec ceux qui vous soignent, tenir votre agenda et choisir des services référencés. Vous décidez qui consulte vos documents, et vous voyez qui l’a fait.

Votre code provisoire : ABCDE-FGH23
Il est valable jusqu’au vendredi 1 janvier 2027 (inclus) et n’active votre espace qu’une fois. Ne le communiquez à personne : aucun agent ne vous le demandera.

Pour l’activer dès maintenant, avec votre compte : https://mon-espace-sante.test/activer.

Vous n’en voulez pas ? Vous pouvez vous y opposer, sans donner de raison, jusqu’au vendredi 1 janvier 2027 (inclus) : https://mon-espace-sante.test/opposition ou le 3422 (service gratuit + prix d’un appel, du lundi au vendredi de 8 h 30 à 17 h 30).

Dans les deux cas : munissez-vous de votre carte Vitale (numéro de série) et de votre date de naissance. Pour être aidé, appelez le 3422.

Sans réponse de votre part, votre espace s’ouvrira de lui-même le samedi 2 janvier 2027. Vous pourrez ensuite l’activer ou le fermer à tout moment ; fermé, il est archivé 10 ans.

Votre choix n’a aucun effet sur vos remboursements.

Responsables du traitement : le ministre chargé de la santé et la Caisse nationale de l’Assurance Maladie (art. R.1111-26 du code de la santé publique). Vos droits d’accès, de rectification, de limitation et d’effacement s’exercent dans votre espace ou auprès de votre caisse, dont le délégué à la protection des données vous répond. Vous pouvez saisir la CNIL (cnil.fr).

L’Assurance Maladie
`,
    });
  });

  it('by e-mail is not tried any more once it has come back; the letter is', () => {
    const again = { ...facts.InvitationSent, channel: 'POST' } as const;
    const history = recorded([...invited, facts.InvitationBounced, again, facts.ProvisionalCodeIssued]);
    expect(history.flatMap(({ rev }) => messageOf(history, rev, codeOf)?.channel ?? [])).toEqual(['POST']);
  });

  it('that did not leave on its day is not sent any more; the one that makes up for it is, by the same way, and only on its own day', () => {
    const again = { ...facts.InvitationSent, sentAt: instant('2026-11-21T23:30:00Z') };
    const history = recorded([...invited, facts.InvitationDelayed, again, facts.ProvisionalCodeIssued]);
    const drafts = history.flatMap(({ rev }) => messageOf(history, rev, codeOf) ?? []);
    expect(drafts).toMatchObject([{ kind: 'invitation', channel: 'EMAIL', sentAt: again.sentAt }]);
    expect(drafts[0]?.text).toContain('Ce message remplace toute information précédente');
  });

  it.each([
    ['the day before', '2026-11-21T07:00:00Z', facts.InvitationSent.sentAt],
    ['two days before', '2026-11-21T23:00:00Z', instant('2026-11-21T23:00:00Z')],
  ])('that makes up for one of %s is tried since then only if it follows on', (_, sentAt, since) => {
    const again = { ...facts.InvitationSent, sentAt: instant(sentAt) };
    expect(messageOf(recorded([...invited, facts.InvitationDelayed, again, facts.ProvisionalCodeIssued]), 4, codeOf)).toMatchObject({
      since,
    });
  });

  it('that follows a bounce goes by post', () => {
    const again = { ...facts.InvitationSent, channel: 'POST' } as const;
    expect(messageOf(recorded([...invited, facts.InvitationBounced, again, facts.ProvisionalCodeIssued]), 4, codeOf)?.channel).toBe('POST');
  });
});

describe('people are told', () => {
  it.each<[string, readonly SpaceEvent[], string]>([
    ['of a new code', [...invited, facts.ProvisionalCodeRenewed], 'new-code'],
    ['that their opposition is registered', opposed, 'opposition'],
    ['that it is withdrawn', [...opposed, facts.OppositionWithdrawn], 'opposition-withdrawn'],
    ['that their space opened by itself', [...invited, facts.SpaceOpened], 'opened'],
    ['without delay that it could not be opened', [...invited, facts.AutomaticOpeningFailed], 'opening-failed'],
    ['that its opening is revoked', [...invited, facts.SpaceOpened, facts.SpaceOpeningRevoked], 'opening-revoked'],
    ['that it is activated', active, 'activated'],
    ['that it is closed', closed, 'closed'],
    ['that it is open again', [...closed, facts.SpaceReopened], 'reopened'],
  ])('%s', (_what, history, kind) => {
    const draft = said(...history);
    expect(draft).toMatchObject({ kind, to: { name: 'CAMILLE EXEMPLE' } });
    expect(draft?.text).toMatch(/^Bonjour CAMILLE EXEMPLE,\n\n/);
  });

  it.each<[string, readonly SpaceEvent[]]>([
    ['that they were declared', [known]],
    ['that an e-mail bounced', [...invited, facts.InvitationBounced]],
    ['that an information did not leave on its day', [...invited, facts.InvitationDelayed]],
    ['of a code apart from its invitation', invited],
    ['of a wrong try', [...invited, facts.ProvisionalCodeRefused]],
    ['of a locked code', [...invited, facts.ProvisionalCodeLocked]],
    ['of a used code', [...invited, facts.ProvisionalCodeConsumed]],
    ['that somebody is not a representative', [...invited, facts.AutomaticCreationBlocked]],
    ['of an opening that is their own activation', [...invited, { ...facts.SpaceOpened, mode: 'VOLUNTARY' } as const]],
    ['of terms they accept', [...active, facts.TermsAccepted]],
  ])('nothing %s', (_what, history) => {
    expect(said(...history)).toBeNull();
  });

  it('the day and hour of an opposition when it was said, not when it was written', () => {
    const text = messageOf(recorded(opposed, instant('2026-11-30T10:05:00Z')), 3, codeOf)?.text;
    expect(text).toContain('exprimée le lundi 30 novembre 2026 à 11 h 05 (heure de Paris), par téléphone au 3422');
    expect(said(...opposed)?.text).toContain('exprimée le mardi 1 décembre 2026 à 23 h 59');
    expect(said(...opposed)?.text).toContain('retirer cette opposition jusqu’au vendredi 1 janvier 2027 (inclus)');
  });

  it('no day that is over, where somebody opposed behind the six weeks because his space could not open, or was written down late', () => {
    const over = instant('2027-01-04T09:00:00Z');
    const told = recorded([...invited, facts.AutomaticOpeningFailed, facts.OppositionRegistered], instant('2026-12-31T09:00:00Z'));
    const late = told.map((fact) => ({ ...fact, at: over }));
    expect(messageOf(late, 4, codeOf)?.text).not.toContain('retirer cette opposition');
    expect(messageOf(late, 4, codeOf)?.text).toContain('À tout moment, vous pouvez aussi activer votre espace');
  });

  it('no day of opening to somebody who takes his opposition back, while something stands in its way', () => {
    const blocked = said(...invited, facts.AutomaticCreationBlocked, facts.OppositionRegistered, facts.OppositionWithdrawn);
    expect(blocked?.text).not.toContain('s’ouvrira de lui-même');
    expect(blocked?.text).toContain('Vous recevrez une information avant toute ouverture.');
    const failed = said(...invited, facts.AutomaticOpeningFailed, facts.OppositionRegistered, facts.OppositionWithdrawn);
    expect(failed?.text).toContain('s’ouvrira de lui-même');
  });

  it('until when a closed space is kept', () => {
    expect(said(...closed)?.text).toContain('archivé jusqu’au mardi 10 février 2037 (inclus)');
  });

  it('by post when they have no mailbox, or when it bounced', () => {
    const withoutMailbox = { ...known, email: null };
    expect(said(withoutMailbox, facts.InvitationSent, facts.ProvisionalCodeIssued, facts.OppositionRegistered)?.channel).toBe('POST');
    expect(said(...invited, facts.InvitationBounced, facts.OppositionRegistered)?.channel).toBe('POST');
    expect(said(...invited, { ...facts.ProvisionalCodeRenewed, channel: 'EMAIL' })?.channel).toBe('EMAIL');
  });
});

describe('after a closure', () => {
  it('nothing that happened before is told any more, but the closure is', () => {
    const history = recorded(closed);
    const told = history.flatMap(({ rev }) => messageOf(history, rev, codeOf)?.kind ?? []);
    expect(told).toEqual(['closed']);
  });

  it('a code that the person asks for to come back is sent', () => {
    expect(said(...closed, facts.ProvisionalCodeRenewed)?.kind).toBe('new-code');
  });
});
