import { BeneficiariesCsv } from '../../campaign/beneficiaries-csv.js';
import { RejectionFile } from '../../campaign/rejection-file.js';
import { join } from 'node:path';
import { policy } from '../../../domain/enrolment/policy.js';
import { codeIn, receivedBy, type Received } from './mailboxes.js';
import { CAMPAIGN, CHECKS, handleOf, letterOf, mailOf, type Stage } from './stage.js';

/** One step of the story: plays it, and says in words and counts what happened. */
export interface Step {
  readonly title: string;
  play(stage: Stage): Promise<readonly string[]>;
}

const importing: Step = {
  title: 'A fund sends its file: people are declared and invited',
  async play({ system, door, terminal, stateDir }) {
    await door.ask({ method: 'PUT', path: `campaigns/${CAMPAIGN}`, as: 'operator', body: { label: 'Démonstration' } });
    const rejections = await RejectionFile.create(join(stateDir, 'rejected.csv'));
    const progress = terminal.progress('people');
    const onProgress = ({ phase, done, total }: { phase: string; done: number; total: number | null }): void => {
      if (phase === 'PROCESSING') progress.to(done, total);
    };
    const file = new BeneficiariesCsv(join(stateDir, 'people.csv'));
    try {
      const { counts } = await system.import.run({ campaign: CAMPAIGN, file, rejections, onProgress });
      return [
        `${counts.lines} lines: ${counts.declared} people declared and invited, ${counts.deferred} children left for later, ${counts.rejected} lines rejected`,
      ];
    } finally {
      progress.end();
      await rejections.close();
    }
  },
};

/** What somebody reads, line by line; the code is for his eyes only. */
const withoutCode = (message: Received): readonly string[] =>
  message.text.split(/\r?\n/).flatMap((line) => (line === '' ? [] : [line.replace(codeIn(message) ?? line, '•••••-•••••')]));

const reading: Step = {
  title: 'The invitations arrive, each with its own code',
  async play(stage) {
    const messages = await mailOf(stage);
    const emails = messages.filter(({ channel }) => channel === 'email');
    const [shown] = emails;
    return [
      `${emails.length} e-mails and ${messages.length - emails.length} letters in ${stage.outboxDir}`,
      ...(shown ? [`one of them: ${shown.path}`, ...withoutCode(shown).map((line) => `  | ${line}`)] : []),
    ];
  },
};

const opposingByWeb: Step = {
  title: 'Some say no on the web, letter in hand',
  async play(stage) {
    const messages = await mailOf(stage);
    const { webOpponents } = stage.cast;
    for (const person of webOpponents) await stage.door.ask({ method: 'POST', path: 'oppositions', body: letterOf(person, messages) });
    return [`${counted(webOpponents.length, 'opposition')} by web; each gets an attestation`];
  },
};

const opposingByPhone: Step = {
  title: 'Others call 3422, and an agent registers their no',
  async play(stage) {
    const { phoneOpponents } = stage.cast;
    for (const person of phoneOpponents) {
      const path = `support/spaces/${await handleOf(stage, person)}/opposition`;
      await stage.door.ask({ method: 'PUT', path, as: 'agent-3422', body: { checked: CHECKS } });
    }
    return [`${counted(phoneOpponents.length, 'opposition')} by telephone, after INS, birth date and address were checked`];
  },
};

const withdrawing: Step = {
  title: 'One of them changes their mind in time',
  async play(stage) {
    const messages = await mailOf(stage);
    const [first] = stage.cast.webOpponents;
    if (first === undefined) return ['nobody had opposed'];
    await stage.door.ask({ method: 'POST', path: 'opposition-withdrawals', body: letterOf(first, messages) });
    return ['1 opposition withdrawn: the same deadline runs on'];
  },
};

const bouncing: Step = {
  title: 'An e-mail bounces, a letter follows',
  async play(stage) {
    const { bounced } = stage.cast;
    const body = { space: await handleOf(stage, bounced), report: '550 mailbox unavailable' };
    await stage.door.ask({ method: 'POST', path: 'delivery-reports', as: 'operator', body });
    // The letter is a fact that follows from the bounce, and its printing follows from that fact.
    await stage.system.waitUntilCaughtUp();
    const letters = receivedBy(bounced, await mailOf(stage)).filter(({ channel }) => channel === 'post');
    return [`1 bounce, ${letters.length} letter: ${letters[0]?.path ?? 'none'}; the six weeks start again`];
  },
};

const activating: Step = {
  title: 'Three people activate their space at once',
  async play(stage) {
    const messages = await mailOf(stage);
    for (const { account, person } of stage.cast.early) {
      const body = { ...letterOf(person, messages), terms: TERMS };
      await stage.door.ask({ method: 'POST', path: 'activations', as: account, body });
    }
    return [
      `${stage.cast.early.length} spaces opened and activated, bound to the accounts ${stage.cast.early.map(({ account }) => account).join(', ')}`,
    ];
  },
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Versions in force (domain policy). */
export const { terms: TERMS } = policy;

export const invitingSteps: readonly Step[] = [importing, reading, opposingByWeb, opposingByPhone, withdrawing, bouncing, activating];
