import { messageOf } from '../../src/application/enrolment/messages.js';
import type { EndingEvent } from '../../src/domain/enrolment/ending-vocabulary.js';
import type { SpaceEvent } from '../../src/domain/enrolment/space-vocabulary.js';
import { endingFacts as e, spaceFacts as s } from '../support/enrolment-facts.js';
import { told } from '../support/projecting.js';

type Told = SpaceEvent | EndingEvent;
const closed: readonly Told[] = [s.PersonDeclaredEligible, s.InvitationSent, s.ProvisionalCodeIssued, s.SpaceActivated, s.SpaceClosed];
const byPhone = { ...e.ErasureRequested, requestedBy: 'SUPPORT' } as const;
/** What is told of these facts, when all of them are known already. */
const toldOf = (...events: readonly Told[]) => {
  const history = told('space-a', ...events);
  return history.flatMap(({ rev }) => messageOf(history, rev, () => 'ABCDEFGH23') ?? []);
};
const kinds = (...events: readonly Told[]) => toldOf(...events).map(({ kind }) => kind);

describe('Of the erasure that somebody asked for, the person is told', () => {
  it('before it is done: from which day on, how it was asked, and how to take it back', () => {
    const [, message] = toldOf(...closed, byPhone);
    expect(message).toMatchObject({ kind: 'erasure-requested', channel: 'EMAIL', subject: 'Vos données vont être supprimées' });
    expect(message?.text).toContain('a été demandée par téléphone au 3422. À partir du lundi 15 mars 2027');
    expect(message?.text).toContain('vous pouvez annuler cette demande');
    expect(message?.text).toContain('Ce n’est pas vous ? Appelez aussitôt le 3422');
    expect(toldOf(...closed, e.ErasureRequested)[1]?.text).toContain('a été demandée. À partir du');
  });

  it('when it is taken back, until when all is kept', () => {
    const [, message] = toldOf(...closed, byPhone, e.ErasureRequestCancelled);
    expect(message).toMatchObject({ kind: 'erasure-cancelled' });
    expect(message?.text).toContain('jusqu’au mardi 10 février 2037 (inclus)');
  });

  it('and of nothing that was undone or done since', () => {
    expect(kinds(...closed, byPhone, e.ErasureRequestCancelled)).toEqual(['closed', 'erasure-cancelled']);
    expect(kinds(...closed, byPhone, s.SpaceReopened)).toEqual(['closed', 'reopened']);
    expect(kinds(...closed, byPhone, e.ErasureRequestCancelled, s.SpaceReopened)).toEqual(['closed', 'reopened']);
    const done = { ...s.DestructionRequested, ground: 'ERASURE' } as const;
    expect(kinds(...closed, byPhone, done)).toEqual(['closed', 'erased']);
    expect(kinds(...closed, byPhone, e.ErasureRequestCancelled, byPhone)).toEqual(['closed', 'erasure-requested']);
  });
});
