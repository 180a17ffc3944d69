import { campaignReport } from '../../src/projections/enrolment/campaign-report.js';
import { campaignFacts as c, spaceFacts as f } from '../support/enrolment-facts.js';
import { projecting } from '../support/projecting.js';

const { given } = projecting(campaignReport);
const person = (row: object) => ({ campaign_person: [{ space_id: 'a', campaign_id: 'c1', ...row }] });

describe('The report of a campaign', () => {
  it('counts a file once, however often its fact is met', () =>
    given('campaign-c1', c.CampaignOpened, c.CampaignFileImported, c.CampaignFileImported).then({
      campaign: [{ campaign_id: 'c1', label: 'Automne 2026', paused: false }],
      campaign_file: [{ campaign_id: 'c1', file: 'f1', declared: 9, rejected: 2 }],
    }));

  it('says whether the campaign is paused', () => {
    given('campaign-c1', c.CampaignOpened, c.CampaignPaused).then({ campaign: [{ paused: true }] });
    given('campaign-c1', c.CampaignOpened, c.CampaignPaused, c.CampaignResumed).then({ campaign: [{ paused: false }] });
  });

  it('holds one row per person: campaign, channel, where he stands', () => {
    given('space-a', f.PersonDeclaredEligible).then(person({ invited: false, channel: null }));
    given('space-a', f.PersonDeclaredEligible, f.InvitationSent, f.ProvisionalCodeIssued).then(person({ invited: true, channel: 'EMAIL' }));
    given('space-a', f.PersonDeclaredEligible, f.InvitationSent, f.InvitationDelayed, f.InvitationSent, f.InvitationBounced, {
      ...f.InvitationSent,
      channel: 'POST',
    }).then(person({ channel: 'POST' }));
  });

  it('marks who waits for another information, until it is sent', () => {
    const sent = [f.PersonDeclaredEligible, f.InvitationSent];
    given('space-a', ...sent).then(person({ missed: false }));
    given('space-a', ...sent, f.InvitationDelayed).then(person({ missed: true }));
    given('space-a', ...sent, f.InvitationBounced).then(person({ missed: true }));
    given('space-a', ...sent, f.InvitationDelayed, f.InvitationSent).then(person({ missed: false }));
  });

  it('follows each person through opposition, opening, activation, closure and reopening', () => {
    const sent = [f.PersonDeclaredEligible, f.InvitationSent];
    given('space-a', ...sent, f.OppositionRegistered).then(person({ opposed: true }));
    given('space-a', ...sent, f.OppositionRegistered, f.OppositionWithdrawn).then(person({ opposed: false, invited: true }));
    given('space-a', ...sent, f.AutomaticOpeningFailed, f.SpaceOpened).then(person({ opened: true }));
    given('space-a', ...sent, { ...f.SpaceOpened, mode: 'VOLUNTARY' }).then(person({ opened: false }));
    given('space-a', ...sent, f.SpaceOpened, f.SpaceOpeningRevoked, f.OppositionRegistered).then(person({ opened: false, opposed: true }));
    given('space-a', ...sent, f.ProvisionalCodeConsumed, f.SpaceActivated, f.TermsAccepted).then(person({ activated: true }));
    given('space-a', ...sent, f.SpaceOpened, f.SpaceClosed).then(person({ closed: true }));
    given('space-a', ...sent, f.SpaceOpened, f.SpaceClosed, f.SpaceReopened).then(person({ closed: false, activated: true }));
    given('space-a', ...sent, f.SpaceOpened, f.SpaceClosed, f.DestructionRequested).then(person({ closed: true }));
  });

  it('is not moved by what happens to codes, nor by a blocked creation', () =>
    given(
      'space-a',
      f.PersonDeclaredEligible,
      f.ProvisionalCodeRenewed,
      f.ProvisionalCodeRefused,
      f.ProvisionalCodeLocked,
      f.AutomaticCreationBlocked,
    ).then(person({ invited: false })));
});
