import { instantOf, epochOf } from '../../src/domain/shared/time.js';
import { BIOLOGY, facility, idOf, OWN_BIOLOGY, professional, type Care } from './patient-life.js';
import type { Life } from './life.js';
import { patientOf, type Patient, type withPatients } from './patients.js';

/** What a mixed life is played on. */
export interface Stage {
  readonly system: ReturnType<typeof withPatients>;
  readonly life: Life;
  readonly care: Care;
}
/** Who lives it: an adult, a minor who is represented by her, and somebody who closes his space. */
export interface Cast {
  readonly adult: Patient;
  readonly minor: Patient;
  readonly leaving: Patient;
}

const GLASS = { as: 'emergency-doctor', headers: { 'x-access-mode': 'bris_de_glace' } } as const;
const SECRETLY = { as: 'dr-petit', headers: { 'x-secret-connection': 'true' } } as const;
const HIDDEN = { ...BIOLOGY, confidentiality: ['INVISIBLE_PATIENT'] };

const daysLater = ({ system: { clock } }: Stage['system'], days: number) => instantOf(epochOf(clock.now()) + days * 86_400_000);

/** Deposits, masks, veils, versions, ends and emergencies of three people in five weeks; `told` is called at the end of each chapter. */
export async function liveRecords(stage: Stage, told: (cast: Cast) => Promise<void>): Promise<Cast> {
  const { system, care } = stage;
  const adult = await patientOf(system, 'alice');
  const minor = await patientOf(system, 'bruno', '2010-06-14');
  const leaving = await patientOf(system, 'david');
  const cast = { adult, minor, leaving };
  await care.done('POST', `/spaces/${minor.space}/legal-representatives`, { as: 'agent-3422' }, { representative: adult.space });
  await care.done('PUT', `/spaces/${adult.space}/attending-doctor`, { as: 'insurer-agent' }, { professional: idOf('dr-martin') });
  for (const { space } of [adult, minor, leaving]) {
    await care.consent(space, 'dr-petit', facility('990000028'));
    await care.consent(space, 'lab-biologist');
  }
  for (const chapter of [firstDay, secondWeek, fifthWeek]) {
    await chapter(stage, cast);
    await told(cast);
  }
  return cast;
}

async function firstDay({ care }: Stage, { adult: { space }, minor, leaving }: Cast): Promise<void> {
  const reports: string[] = [];
  for (let i = 0; i < 4; i++) reports.push(await care.deposited(space, { as: 'lab-biologist' }, { ...BIOLOGY, title: `Analyse ${i}` }));
  const [first = '', second = '', third = '', wrong = ''] = reports;
  await care.done('POST', `/spaces/${space}/masks`, { as: 'alice' }, { sets: [first] });
  await care.deposited(space, { as: 'lab-biologist' }, { ...BIOLOGY, title: 'Corrigé', replaces: first });
  await care.done('PUT', `/spaces/${space}/documents/${third}/archive`, { as: 'lab-biologist' }, { archived: true });
  await care.done(
    'PUT',
    `/spaces/${space}/documents/${third}/confidentiality`,
    { as: 'lab-biologist' },
    { confidentiality: ['MASQUE_PS'] },
  );
  await care.done('PUT', `/spaces/${space}/documents/${wrong}/unpublication`, { as: 'lab-biologist' }, { reason: 'WRONG_PATIENT' });
  const from = { set: second, whom: professional('nurse-leroy') };
  await care.done('POST', `/spaces/${space}/masks-from`, { as: 'alice' }, from);
  await care.deposited(space, { as: 'dr-petit' }, HIDDEN);
  await care.deposited(space, { as: 'dr-petit' }, { ...BIOLOGY, typeCode: '83901-9', title: 'Bilan psychologique' });
  await care.deposited(minor.space, SECRETLY, { ...BIOLOGY, confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] });
  await care.deposited(minor.space, { as: 'alice' }, OWN_BIOLOGY);
  await care.deposited(leaving.space, { as: 'dr-petit' });
}

async function secondWeek({ life, care, system }: Stage, { adult: { space }, minor, leaving }: Cast): Promise<void> {
  await life.at(daysLater(system, 10));
  const told = await care.deposited(space, { as: 'dr-petit' }, HIDDEN);
  await system.system.waitUntilCaughtUp();
  await care.done('PUT', `/spaces/${space}/documents/${told}/announcement`, { as: 'dr-petit' });
  const own = [await care.deposited(space, { as: 'alice' }, OWN_BIOLOGY), await care.deposited(space, { as: 'alice' }, OWN_BIOLOGY)];
  await care.done('POST', `/spaces/${space}/document-deletions`, { as: 'alice' }, { documents: own.slice(0, 1) });
  await care.done('POST', `/spaces/${space}/emergency-accesses`, GLASS, { mode: 'bris_de_glace', reason: 'perte de connaissance' });
  await care.deposited(space, GLASS);
  await care.list(space, { as: 'psychologist' });
  await care.list(minor.space, SECRETLY);
  await care.done('PUT', `/spaces/${minor.space}/default-confidentiality`, { as: 'alice' }, { masked: true });
  await care.deposited(minor.space, { as: 'lab-biologist' });
  await care.done('PUT', `/spaces/${leaving.space}/closure`, { as: 'david' });
}

async function fifthWeek({ life, care, system }: Stage, { adult: { space }, minor }: Cast): Promise<void> {
  for (const days of [5, 20]) await life.at(daysLater(system, days));
  await care.done('PUT', `/spaces/${space}/masks/all`, { as: 'alice' });
  await care.deposited(space, { as: 'lab-biologist' }, { ...BIOLOGY, title: 'Après' });
  const { documents } = (await care.list(space, { as: 'alice' })).body as { documents: { document: string; depositor: string }[] };
  const own = documents.filter(({ depositor }) => depositor === 'HOLDER').map(({ document }) => document);
  await care.done('POST', `/spaces/${space}/document-deletions`, { as: 'alice' }, { documents: own });
  await care.done('POST', `/spaces/${minor.space}/blocks`, { as: 'alice' }, { grantee: professional('lab-biologist') });
}
