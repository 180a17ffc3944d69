import { frenchDay, frenchTime } from '../../../application/shared/paris-words.js';
import type { Instant } from '../../../domain/shared/time.js';
import type { RecordStep } from './record-desk.js';

interface Line {
  readonly on: Instant;
  readonly lane: string;
  readonly fr: string;
  readonly receipt: { readonly rule: string; readonly matrix: number | null } | null;
}
interface Right {
  readonly kind: string;
  readonly whom: { readonly name: string | null; readonly id: string | null; readonly facility: { readonly name: string } | null };
  readonly until: Instant | null;
  readonly document: { readonly title: string } | null;
}
interface Notices {
  readonly unread: number;
  readonly notices: readonly { readonly fr: string }[];
}
const FEW = 5;

const ruleOf = ({ receipt }: Line): string =>
  receipt === null ? '' : ` [règle ${receipt.rule}${receipt.matrix === null ? '' : `, matrice ${receipt.matrix}`}]`;
const said = (line: Line): string => `  ${frenchDay(line.on)}, ${frenchTime(line.on)}  ${line.fr}${ruleOf(line)}`;
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const history: RecordStep = {
  title: 'Alice reads who looked, who was refused, and by which rule',
  async play(desk) {
    await desk.stage.system.waitUntilCaughtUp();
    const lines: string[] = [];
    for (const [lane, what] of [
      ['LIFE', 'what happened'],
      ['ACCESS', 'who looked'],
      ['REFUSED', 'who was refused'],
    ]) {
      const { body } = await desk.ask<{ lines: readonly Line[] }>({ method: 'GET', path: `history?first=100&lane=${lane}`, as: 'alice' });
      lines.push(`${what}: ${counted(body.lines.length, 'line')}, the last ones:`, ...body.lines.slice(0, FEW).map(said));
    }
    return lines;
  },
};

const nameOf = ({ whom }: Right): string => whom.name ?? whom.facility?.name ?? whom.id ?? 'the holder’s side';

const rights: RecordStep = {
  title: 'Who has access to her space, and why',
  async play(desk) {
    const { body } = await desk.ask<{ rights: readonly Right[] }>({ method: 'GET', path: 'rights', as: 'alice' });
    return body.rights.map((right) => {
      const what = right.document === null ? '' : `, “${right.document.title}”`;
      return `  ${right.kind.padEnd(16)} ${nameOf(right)}${what}${right.until === null ? '' : `, until ${frenchDay(right.until)}`}`;
    });
  },
};

const notices: RecordStep = {
  title: 'What she was told meanwhile',
  async play(desk) {
    const { body } = await desk.ask<Notices>({ method: 'GET', path: 'notices?first=100', as: 'alice' });
    const latest = body.notices.slice(0, FEW).map(({ fr }) => `  ${fr}`);
    return [`${counted(body.notices.length, 'notice')}, ${body.unread} not read yet; the latest:`, ...latest];
  },
};

export const lookingBackSteps: readonly RecordStep[] = [history, rights, notices];
