import { frenchDay } from '../../../application/shared/paris-words.js';
import { dayAfter, startOfDay } from '../../../domain/shared/time.js';
import { receivedBy } from './mailboxes.js';
import { inWords, mustBe, type Paper, type RecordDesk, type RecordStep } from './record-desk.js';
import { mailOf, today } from './stage.js';

const DIAGNOSIS: Paper = {
  name: 'diagnosis',
  typeCode: '11488-4',
  title: 'Annonce à préparer',
  lines: ['A dire de vive voix.'],
  confidentiality: ['INVISIBLE_PATIENT'],
};

const hiding: RecordStep = {
  title: 'Dr Martin deposits what Alice should hear from a person first',
  async play(desk) {
    const before = await desk.list('alice');
    await desk.deposit('dr-martin', DIAGNOSIS);
    const after = await desk.list('alice');
    const asked = await desk.refused({ method: 'GET', path: `documents/${desk.idOf('diagnosis')}`, as: 'alice' });
    mustBe(after.total === before.total, 'the holder sees what is hidden from her');
    return [
      `1 document deposited under a veil; Alice sees ${after.total} documents as before, its id: ${asked.status} ${asked.code}`,
      `her care team sees it: Dr Petit ${inWords(await desk.list('dr-petit'))}`,
    ];
  },
};

/** Lets so much time pass, until 00:00 in Paris, and everything that is then due happen. */
async function pass({ stage }: RecordDesk, time: { readonly days: number }): Promise<string> {
  await stage.system.waitUntilCaughtUp();
  await stage.clock.advanceTo(startOfDay(dayAfter(today(stage), time)));
  await stage.system.fireDue();
  await stage.system.waitUntilCaughtUp();
  return frenchDay(stage.clock.now());
}
const newestNotice = async (desk: RecordDesk): Promise<string> => {
  const { body } = await desk.ask<{ notices: readonly { fr: string }[] }>({ method: 'GET', path: 'notices?first=1', as: 'alice' });
  return body.notices[0]?.fr ?? 'nothing';
};

const reminding: RecordStep = {
  title: 'Two weeks pass without an announcement: she is told that something waits, not what',
  async play(desk) {
    const day = await pass(desk, { days: 14 });
    const [alice] = desk.stage.cast.early;
    const mail = alice === undefined ? [] : receivedBy(alice.person, await mailOf(desk.stage));
    mustBe(!mail.some(({ text }) => text.includes(DIAGNOSIS.title)), 'a message names what is hidden');
    return [
      `${day}, her notice: ${await newestNotice(desk)}`,
      `${mail.length} e-mails so far, none of them names a document; her list: ${inWords(await desk.list('alice'))}`,
    ];
  },
};

const revealing: RecordStep = {
  title: 'After a month it shows by itself (CSP R.1111-53)',
  async play(desk) {
    const day = await pass(desk, { days: 18 });
    const seen = await desk.list('alice');
    const { body } = await desk.ask<{ title: string }>({ method: 'GET', path: `documents/${desk.idOf('diagnosis')}`, as: 'alice' });
    return [
      `${day}: 1 document revealed; Alice sees ${inWords(seen)}, and opens “${body.title}”`,
      `her notice: ${await newestNotice(desk)}`,
    ];
  },
};

export const hiddenSteps: readonly RecordStep[] = [hiding, reminding, revealing];
