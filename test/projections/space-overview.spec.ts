import { spaceOverview } from '../../src/projections/enrolment/space-overview.js';
import { archivedUntil, camille, opensAt, opposableUntil, endingFacts as e, spaceFacts as f } from '../support/enrolment-facts.js';
import { projecting, writtenAt } from '../support/projecting.js';

const { given } = projecting(spaceOverview);
const showing = (row: object) => ({ space_overview: [{ space_id: 'a', ...row }] });
const declared = f.PersonDeclaredEligible;
const invited = [declared, f.InvitationSent, f.ProvisionalCodeIssued];

describe('The overview of a space', () => {
  it('begins when the fund declares the person, with nothing sent yet', () =>
    given('space-a', declared).then(
      showing({ handle: 'h-camille', invited: false, channel: null, opposable_until: null, status_since: writtenAt(0), revision: 0 }),
    ));

  it('knows until when one may oppose, when it opens, and how long the code lives', () =>
    given('space-a', ...invited).then(
      showing({
        invited: true,
        channel: 'EMAIL',
        opposable_until: opposableUntil,
        opens_at: opensAt,
        code_expires: opposableUntil,
        status_since: writtenAt(1),
        revision: 2,
      }),
    ));

  it('shows what stands in the way of opening, until a new letter is sent', () => {
    given('space-a', ...invited, f.InvitationBounced).then(showing({ bounced: true, failed: false }));
    given('space-a', ...invited, f.InvitationDelayed).then(showing({ bounced: false, delayed: true, failed: false }));
    given('space-a', ...invited, f.InvitationDelayed, f.InvitationSent).then(showing({ delayed: false }));
    given('space-a', ...invited, f.AutomaticOpeningFailed).then(showing({ bounced: false, failed: true }));
    given('space-a', ...invited, f.InvitationBounced, f.AutomaticOpeningFailed).then(showing({ bounced: true, failed: true }));
    given('space-a', ...invited, f.AutomaticCreationBlocked).then(showing({ bounced: false, failed: false, blocked: true }));
    given('space-a', ...invited, f.AutomaticCreationBlocked, f.InvitationBounced, f.InvitationSent).then(showing({ blocked: true }));
    given('space-a', ...invited, f.InvitationBounced, f.AutomaticOpeningFailed, f.InvitationSent).then(
      showing({ bounced: false, failed: false }),
    );
  });

  it('knows no code once it was used or locked, and the new one once it was renewed', () => {
    given('space-a', ...invited, f.ProvisionalCodeRefused, f.ProvisionalCodeLocked).then(showing({ code_expires: null, revision: 4 }));
    given('space-a', ...invited, f.ProvisionalCodeLocked, f.ProvisionalCodeRenewed).then(showing({ code_expires: opposableUntil }));
    given('space-a', ...invited, f.ProvisionalCodeConsumed).then(showing({ code_expires: null }));
  });

  it('takes an opposition back without forgetting the invitation', () => {
    given('space-a', ...invited, f.OppositionRegistered).then(showing({ opposed: true, status_since: writtenAt(3) }));
    given('space-a', ...invited, f.OppositionRegistered, f.OppositionWithdrawn).then(showing({ opposed: false, invited: true }));
  });

  it('undoes an opening that an opposition in time forbade', () =>
    given('space-a', ...invited, f.SpaceOpened, f.SpaceOpeningRevoked, f.OppositionRegistered).then(
      showing({ opened: false, opposed: true }),
    ));

  it('is not "opened by itself" when the holder opens it by activating', () =>
    given('space-a', ...invited, { ...f.SpaceOpened, mode: 'VOLUNTARY' }, f.SpaceActivated).then(
      showing({ opened: false, activated: true, holder_issuer: camille.issuer, holder_sub: camille.sub }),
    ));

  it('keeps holder and terms through closure and reopening', () => {
    const closed = [...invited, f.SpaceOpened, f.SpaceActivated, f.TermsAccepted, f.SpaceClosed];
    given('space-a', ...closed).then(showing({ closed: true, archived_until: archivedUntil, conditions: '2026-01' }));
    given('space-a', ...closed, f.SpaceReopened).then(showing({ closed: false, archived_until: null, conditions: '2026-01', revision: 7 }));
    given('space-a', ...closed, f.DestructionRequested).then(showing({ closed: true, archived_until: archivedUntil, revision: 7 }));
  });

  it('says from when on it is destroyed, until that wish is taken back; a legal hold only moves its state', () => {
    const asked = [...invited, f.SpaceOpened, f.SpaceActivated, f.SpaceClosed, e.ErasureRequested];
    given('space-a', ...asked).then(showing({ erased_from: e.ErasureRequested.executeOn, revision: 6 }));
    given('space-a', ...asked, e.ErasureRequestCancelled).then(showing({ erased_from: null, revision: 7 }));
    given('space-a', ...asked, f.SpaceReopened).then(showing({ closed: false, erased_from: null }));
    given('space-a', ...asked, e.LegalHoldPlaced, e.LegalHoldLifted).then(showing({ closed: true, revision: 8 }));
  });

  it('does not make up a space that was never declared', () => given('space-a', f.SpaceClosed).then({ space_overview: [] }));
});
