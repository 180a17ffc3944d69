import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import type { Said } from './doors.js';
import { form, type FormFile } from './multipart.js';
import { letterPdf } from './sample-pdf.js';

/** National identifiers of the invented professionals (src/infrastructure/identity/professional-personas.ts). */
export const MARTIN = { kind: 'PROFESSIONAL', id: '899990000012' } as const;
export const PETIT = { kind: 'PROFESSIONAL', id: '899990000020' } as const;
export const CENTRE = { kind: 'FACILITY', id: '990000028' } as const;
export const LABORATORY = { kind: 'FACILITY', id: '990000036' } as const;

/** The entry of a report of biology, as software of a place of care gives it. */
export const entry = (own: object = {}) => ({
  typeCode: '11502-2',
  title: 'Résultats de biologie',
  healthcareFacilityType: 'SA07',
  practiceSetting: 'AMBULATOIRE',
  ...own,
});
/** What the holder says of a paper of his own. */
export const ownEntry = (own: object = {}) => ({ typeCode: 'EXPPAT_2', title: 'Mon carnet', ...own });
export const letter = (): FormFile => ({ bytes: letterPdf(), mediaType: 'application/pdf', fileName: 'lettre.pdf' });

export const consentTo = (grantee: object, own: object = {}) => ({
  grantee,
  basis: 'CARE_TEAM',
  scope: ['CONSULT', 'FEED'],
  means: 'ORAL',
  informed: true,
  ...own,
});

type Rest = (
  method: string,
  path: string,
  asked: { readonly as: PersonaName; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown },
) => Promise<Said>;

async function must(said: Promise<Said>): Promise<Said['body']> {
  const { status, body } = await said;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

/** What is done again and again around one space, over REST; each throws when it is refused. */
export const careIn = (rest: Rest, space: string) => ({
  consent: (as: PersonaName, grantee: object, own?: object) =>
    must(rest('POST', `/spaces/${space}/consents`, { as, body: consentTo(grantee, own) })),
  deposit: (as: PersonaName, metadata: object, file: FormFile = letter(), headers: Readonly<Record<string, string>> = {}) => {
    const { headers: type, payload } = form(metadata, file);
    return must(rest('POST', `/spaces/${space}/documents`, { as, headers: { ...type, ...headers }, body: payload }));
  },
  order: (as: PersonaName, method: 'POST' | 'PUT', path: string, body: object = {}) =>
    must(rest(method, `/spaces/${space}/${path}`, { as, body })),
});
