import { inWords, type RecordDesk, type RecordStep } from './record-desk.js';

const GLASS = 'bris_de_glace';
const BODY = { mode: GLASS, reason: 'Patiente inconsciente aux urgences, aucun proche joignable' };

interface Notices {
  readonly notices: readonly { readonly kind: string; readonly fr: string }[];
}

/** The newest notice of an emergency, of those somebody is shown. */
async function emergencyTold(desk: RecordDesk, by: 'alice' | 'dr-martin'): Promise<string> {
  await desk.stage.system.waitUntilCaughtUp();
  const { body } =
    by === 'alice'
      ? await desk.ask<Notices>({ method: 'GET', path: 'notices', as: by })
      : await desk.stage.door.ask<Notices>({ method: 'GET', path: 'me/professional-notices', as: by });
  return body.notices.find(({ kind }) => kind === 'EMERGENCY_ACCESS')?.fr ?? 'nothing';
}

const breaking: RecordStep = {
  title: 'An emergency: a doctor of the hospital breaks the glass, and says why',
  async play(desk) {
    const before = await desk.refused({ method: 'GET', path: 'documents', as: 'emergency-doctor' });
    await desk.ask({ method: 'POST', path: 'emergency-accesses', as: 'emergency-doctor', body: BODY, mode: GLASS });
    const seen = await desk.list('emergency-doctor', GLASS);
    return [
      `without it: ${before.status} ${before.code}`,
      `1 emergency access, for an hour, “${BODY.reason}”: he sees ${inWords(seen)}; what she masked stays masked`,
      `Alice is told: ${await emergencyTold(desk, 'alice')}`,
      `Dr Martin is told: ${await emergencyTold(desk, 'dr-martin')}`,
    ];
  },
};

export const emergencySteps: readonly RecordStep[] = [breaking];
