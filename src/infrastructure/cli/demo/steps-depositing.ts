import { LABORATORY } from '../../identity/professional-personas.js';
import { SOFTWARE } from '../../identity/personas.js';
import { depositing, idOf, inWords, type Paper, type RecordDesk, type RecordStep } from './record-desk.js';

const BIOLOGY: Paper = {
  name: 'biology',
  typeCode: '11502-2',
  title: 'Bilan sanguin',
  lines: ['Laboratoire des Essais', 'Glycemie a jeun : 0,92 g/L'],
};
const LETTER: Paper = { name: 'letter', typeCode: '11488-4', title: 'Consultation du docteur Martin', lines: ['Rien a signaler.'] };
const PSYCHOLOGY: Paper = { name: 'psychology', typeCode: '83901-9', title: 'Bilan psychologique', lines: ['Entretien du jour.'] };
/** The place where the second doctor and the nurse work. */
export const CENTRE = '990000028';

const LAB_ID = LABORATORY[0];

/** What somebody who may have to feed a record is told of a person by her national identity. */
async function foundByLaboratory({ stage }: RecordDesk) {
  const [alice] = stage.cast.early;
  const body = { ins: alice?.person.ins };
  const asked = { method: 'POST', path: 'patients/search', as: SOFTWARE, body } as const;
  return (await stage.door.ask<{ space: string; access: { missing: string | null } }>(asked)).body;
}

const laboratory: RecordStep = {
  title: 'A laboratory’s software deposits a blood test, without anybody at the keyboard',
  async play(desk) {
    const { access } = await foundByLaboratory(desk);
    const before = await desk.refused(depositing(SOFTWARE, BIOLOGY));
    await desk.consent(SOFTWARE, { kind: 'FACILITY', id: LAB_ID }, ['FEED']);
    await desk.deposit(SOFTWARE, BIOLOGY);
    const reading = await desk.refused({ method: 'GET', path: `documents/${desk.idOf('biology')}`, as: SOFTWARE });
    return [
      `found by the INS; what is missing: ${access.missing ?? 'nothing'}; a deposit without it: ${before.status} ${before.code}`,
      '1 consent of the laboratory recorded, to feed and nothing more; 1 document deposited, examined, encrypted under its own key',
      `its software only feeds: reading its own report is answered ${reading.status} ${reading.code}`,
    ];
  },
};

const practitioner: RecordStep = {
  title: 'Her general practitioner records that she agreed, and reads',
  async play(desk) {
    const professional = idOf('dr-martin');
    await desk.ask({ method: 'PUT', path: 'attending-doctor', as: 'insurer-agent', body: { professional } });
    await desk.consent('dr-martin', { kind: 'PROFESSIONAL', id: professional });
    const seen = await desk.list('dr-martin');
    await desk.ask({ method: 'GET', path: `documents/${desk.idOf('biology')}`, as: 'dr-martin' });
    await desk.deposit('dr-martin', LETTER);
    return [
      'Assurance Maladie declares Dr Martin as attending doctor; she records 1 consent, for herself',
      `her list: ${inWords(seen)}; she opens it, and deposits 1 letter`,
    ];
  },
};

const team: RecordStep = {
  title: 'The care team grows: a health centre, and a psychologist with a report of her own',
  async play(desk) {
    await desk.consent('dr-petit', { kind: 'FACILITY', id: CENTRE });
    await desk.consent('psychologist', { kind: 'PROFESSIONAL', id: idOf('psychologist') });
    await desk.deposit('psychologist', PSYCHOLOGY);
    const [doctor, nurse] = [await desk.list('dr-petit'), await desk.list('nurse-leroy')];
    return [
      '2 consents: one for the centre, one for the psychologist; 1 psychological report deposited',
      `Dr Petit, of the centre, sees ${inWords(doctor)}`,
      `nurse Leroy, of the same centre, sees ${inWords(nurse)}`,
    ];
  },
};

export const depositingSteps: readonly RecordStep[] = [laboratory, practitioner, team];
