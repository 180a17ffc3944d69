import { randomUUID } from 'node:crypto';
import { frenchDay } from '../../../application/shared/paris-words.js';
import { dayAfter, startOfDay } from '../../../domain/shared/time.js';
import { idOf, inWords, mustBe, type RecordDesk, type RecordStep } from './record-desk.js';
import { today } from './stage.js';

interface Preview {
  readonly effects: readonly { readonly fr: string }[];
  readonly emergency: { readonly fr: string };
}

const previewing: RecordStep = {
  title: 'Before she masks the blood test, Alice sees who loses sight of what',
  async play(desk) {
    await desk.stage.system.waitUntilCaughtUp();
    const body = { kind: 'SETS', sets: [desk.idOf('biology')] };
    const { body: preview } = await desk.ask<Preview>({ method: 'POST', path: 'mask-previews', as: 'alice', body });
    return [...preview.effects.map(({ fr }) => `  · ${fr}`), `  · ${preview.emergency.fr}`];
  },
};

const masking: RecordStep = {
  title: 'She masks it; Dr Petit does not see it any more, and cannot notice',
  async play(desk) {
    const before = await desk.list('dr-petit');
    await desk.holderDoes('POST', 'masks', { sets: [desk.idOf('biology')] });
    const after = await desk.list('dr-petit');
    const asked = (document: string) => desk.refused({ method: 'GET', path: `documents/${document}`, as: 'dr-petit' });
    const [masked, unknown] = [await asked(desk.idOf('biology')), await asked(randomUUID())];
    mustBe(after.total === before.total - 1, 'a masked document is still in the list');
    mustBe(masked.status === unknown.status && masked.code === unknown.code, 'a masked document is not answered like an unknown one');
    const attending = await desk.list('dr-martin');
    return [
      `1 document masked; the list of Dr Petit: ${inWords(after)}; total ${after.total}, no gap, no hint`,
      `its id: ${masked.status} ${masked.code}; an id that was never given: ${unknown.status} ${unknown.code}`,
      `Dr Martin, attending doctor, sees ${inWords(attending)}`,
    ];
  },
};

const fromOne: RecordStep = {
  title: 'She masks the letter from Dr Petit alone, for a week',
  async play(desk) {
    const until = startOfDay(dayAfter(today(desk.stage), { days: 7 }));
    const whom = { kind: 'PROFESSIONAL', id: idOf('dr-petit') };
    await desk.holderDoes('POST', 'masks-from', { set: desk.idOf('letter'), whom, until });
    const [petit, nurse] = [await desk.list('dr-petit'), await desk.list('nurse-leroy')];
    await desk.stage.clock.advanceTo(until);
    const later = await desk.list('dr-petit');
    mustBe(later.total === petit.total + 1, 'a mask for a week did not end with the week');
    return [
      `1 mask for one person, until ${frenchDay(until)}: Dr Petit sees ${inWords(petit)}; his colleague, nurse Leroy, ${inWords(nurse)}`,
      `a week passes: Dr Petit sees ${inWords(later)} again, and nobody did anything`,
    ];
  },
};

/** Who is refused gets one answer, whatever the reason; the receipt says which it was. */
async function receiptOf(desk: RecordDesk, professional: string): Promise<string> {
  await desk.stage.system.waitUntilCaughtUp();
  const path = `history?lane=REFUSED&first=1&professional=${professional}`;
  const { body } = await desk.ask<{ lines: readonly { fr: string; receipt: { rule: string; matrix: number | null } }[] }>({
    method: 'GET',
    path,
    as: 'alice',
  });
  const [line] = body.lines;
  return line === undefined ? 'nothing' : `${line.fr} [rule ${line.receipt.rule}, matrix ${line.receipt.matrix ?? 'none'}]`;
}

const nurse: RecordStep = {
  title: 'The nurse is refused the psychological report: the matrix gives it to other professions',
  async play(desk) {
    const path = `documents/${desk.idOf('psychology')}`;
    const refused = await desk.refused({ method: 'GET', path, as: 'nurse-leroy' });
    return [`she is told: ${refused.status} ${refused.code}`, `Alice reads: ${await receiptOf(desk, idOf('nurse-leroy'))}`];
  },
};

export const maskingSteps: readonly RecordStep[] = [previewing, masking, fromOne, nurse];
