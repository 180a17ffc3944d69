import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Tagged } from '../../../src/domain/shared/decider.js';
import { ROLES } from '../../../src/infrastructure/settings/settings.js';
import { spaceFacts } from '../../support/enrolment-facts.js';
import { subjectOf } from '../../support/life.js';
import { mailServer } from '../../support/mail-server.js';
import { tell } from '../../support/read-side.js';
import { openSystem } from '../../support/system.js';

const ERASED = 'Vos données sont supprimées';
const INS = '258113399990001';

/** What was taken by a mail server, which does not know that it has had a message before. */
const subjectsOf = (mails: readonly string[]): readonly string[] =>
  mails.map((mail) => subjectOf({ path: '', channel: 'email', head: mail.slice(0, mail.indexOf('\r\n\r\n')), text: '' }));

describe('Whoever asked for the erasure of his space', () => {
  it('gets one e-mail of it, from the destruction, and none from those who follow the log', async () => {
    const server = await mailServer();
    // Destructions stand still until the messenger has passed over the fact that decides them.
    const { system, inside, rows, close } = await openSystem(
      { SMTP_URL: server.url },
      undefined,
      ROLES.filter((role) => role !== 'timers'),
    );
    try {
      const closed = await inside(async (platform) => {
        const address = await platform.registry.reserve(INS);
        if (address === 'suppressed') throw new Error('nobody was destroyed here');
        const { id, handle } = address;
        await tell(
          platform,
          `space-${id}`,
          -1,
          { ...spaceFacts.PersonDeclaredEligible, ins: INS, handle } as Tagged,
          { ...spaceFacts.ProvisionalCodeIssued, codeDigest: randomBytes(32).toString('base64url') } as Tagged,
          spaceFacts.SpaceActivated,
          spaceFacts.SpaceClosed,
          { ...spaceFacts.DestructionRequested, ground: 'ERASURE' } as Tagged,
        );
        return id;
      });
      await system.waitUntilCaughtUp();
      expect(await rows('SELECT step FROM erasure.destruction WHERE space = $1 ORDER BY scope', [closed])).toEqual([
        { step: 'COLLECT' },
        { step: 'COLLECT' },
      ]);
      expect(subjectsOf(server.mails)).toEqual(['Votre espace santé est fermé']);
      expect(await system.destructions.drain(null)).toBeGreaterThan(2);
      expect(subjectsOf(server.mails)).toEqual(['Votre espace santé est fermé', ERASED]);
    } finally {
      await close();
      await server.close();
    }
  });
});
