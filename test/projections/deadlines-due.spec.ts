import { deadlinesDue } from '../../src/projections/enrolment/deadlines-due.js';
import { spaceFacts as f } from '../support/enrolment-facts.js';
import { projecting } from '../support/projecting.js';

const { given } = projecting(deadlinesDue);
const opening = { space_id: 'a', kind: 'OPENING', day: '2027-01-02' };
const due = (...rows: object[]) => ({ deadline_due: rows as never[] });
const blocked = { opening_block: [{ space_id: 'a', since: '2026-11-20' }] };
const unheld = { opposed: false, hindered: false };

describe('Deadlines due', () => {
  it('hold the day on which an invited space opens by itself', () =>
    given('space-a', f.PersonDeclaredEligible, f.InvitationSent, f.ProvisionalCodeIssued).then(due({ ...opening, ...unheld })));

  it('hold a day back while somebody opposes, the letter came back or the recipient declined', () => {
    given('space-a', f.InvitationSent, f.OppositionRegistered).then(due({ ...opening, opposed: true }));
    given('space-a', f.InvitationSent, f.InvitationBounced).then(due({ ...opening, hindered: true }));
    given('space-a', f.InvitationSent, f.InvitationDelayed).then(due({ ...opening, hindered: true }));
    given('space-a', f.InvitationSent, f.AutomaticCreationBlocked).then(blocked);
    given('space-a', f.InvitationSent, f.InvitationBounced, f.OppositionRegistered, f.OppositionWithdrawn).then(
      due({ ...opening, opposed: false, hindered: true }),
    );
  });

  it('count again once the opposition is withdrawn or a new letter is sent', () => {
    given('space-a', f.InvitationSent, f.OppositionRegistered, f.OppositionWithdrawn).then(due({ ...opening, ...unheld }));
    given('space-a', f.InvitationSent, f.InvitationBounced, f.InvitationSent).then(due({ ...opening, ...unheld }));
  });

  it('stay held back once the recipient declined, whatever letter follows', () =>
    given('space-a', f.InvitationSent, f.InvitationBounced, f.AutomaticCreationBlocked, f.InvitationSent).then({
      ...due({ ...opening, ...unheld }),
      ...blocked,
    }));

  it('stay where they are when opening failed, when codes come and go, and when terms are accepted', () =>
    given(
      'space-a',
      f.InvitationSent,
      f.AutomaticOpeningFailed,
      f.ProvisionalCodeRenewed,
      f.ProvisionalCodeRefused,
      f.ProvisionalCodeLocked,
      f.ProvisionalCodeConsumed,
      f.TermsAccepted,
    ).then(due({ ...opening, ...unheld })));

  it('are over once the space opened, however it did', () => {
    given('space-a', f.InvitationSent, f.SpaceOpened).then(due());
    given('space-a', f.InvitationSent, f.SpaceOpened, f.SpaceOpeningRevoked, f.OppositionRegistered).then(due());
    given('space-a', f.InvitationSent, f.SpaceActivated).then(due());
  });

  it('hold the last day of the archive of a closed space, until it is reopened', () => {
    given('space-a', f.SpaceClosed).then(due({ space_id: 'a', kind: 'ARCHIVE_END', day: '2037-02-10' }));
    given('space-a', f.SpaceClosed, f.SpaceReopened).then(due());
    given('space-a', f.SpaceClosed, f.DestructionRequested).then(due({ space_id: 'a', kind: 'ARCHIVE_END', day: '2037-02-10' }));
  });
});
