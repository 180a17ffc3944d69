import { MARTIN, PETIT, careIn, entry, ownEntry } from '../support/care.js';
import type { doorsOf } from '../support/doors.js';

/** Words of documents and accesses. Whoever may read them is shown them; they lie in clear nowhere, and no refusal repeats them. */
export const ofRecord = {
  title: 'Compte rendu du Canari Soufré',
  comment: 'le serin chante faux depuis mardi',
  'file name': 'ornithologie-confidentielle.txt',
  content: 'VOLATILE-ATTEINT-DE-MUTISME',
  'title of her own': 'Carnet de la Volière Bleue',
  'reason of an emergency': 'retrouvée inanimée sous le perchoir',
  'name of a professional': 'Claire MARTIN',
  'identifier of a professional': MARTIN.id,
  'identifier of who is blocked': PETIT.id,
} as const;

const file = (content: string = ofRecord.content) => ({
  bytes: Buffer.from(`${content}\n`),
  mediaType: 'text/plain',
  fileName: ofRecord['file name'],
});
const words = { title: ofRecord.title, comments: ofRecord.comment };

/** Documents of hers are brought, read, masked and refused, and somebody comes in an emergency. */
export async function carryARecord({ rest }: Pick<ReturnType<typeof doorsOf>, 'rest'>, space: string): Promise<void> {
  const { consent, deposit, order } = careIn(rest, space);
  await consent('dr-martin', MARTIN);
  const { document } = await deposit('dr-martin', entry(words), file());
  await deposit('alice', ownEntry({ title: ofRecord['title of her own'], comments: ofRecord.comment }), file(`${ofRecord.content} bis`));
  await order('alice', 'POST', 'blocks', { grantee: PETIT });
  await order('alice', 'POST', 'masks-from', { set: document, whom: PETIT });
  const reason = ofRecord['reason of an emergency'];
  const { position } = await order('emergency-doctor', 'POST', 'emergency-accesses', { mode: 'bris_de_glace', reason });
  const after = `after=${String(position)}`;
  const path = `/spaces/${space}/documents`;
  const emergency = { 'x-access-mode': 'bris_de_glace', 'x-purpose': reason };
  const looks = [
    rest('GET', `${path}?${after}`, { as: 'emergency-doctor', headers: emergency }),
    rest('GET', `${path}?${after}&title=${encodeURIComponent(ofRecord.title)}`, { as: 'dr-martin' }),
    rest('GET', `${path}/${document}/content?${after}`, { as: 'dr-martin' }),
    ...['dossier', 'rights', 'history', 'notices'].map((about) => rest('GET', `/spaces/${space}/${about}?${after}`, { as: 'alice' })),
  ];
  for (const { status, body } of await Promise.all(looks)) if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  await beRefused(rest, space, document);
}

/** Each refusal was given everything that it could repeat. */
async function beRefused(rest: ReturnType<typeof doorsOf>['rest'], space: string, document: string): Promise<void> {
  const { deposit, order } = careIn(rest, space);
  const reason = ofRecord['reason of an emergency'];
  const refused = [
    deposit('dr-petit', entry(words), file()),
    deposit('bruno', ownEntry(words), file()),
    deposit('dr-martin', entry({ ...words, typeCode: ofRecord.title }), file()),
    deposit('dr-martin', entry(words), { ...file(), mediaType: 'application/pdf' }),
    order('dr-petit', 'POST', 'emergency-accesses', { mode: 'centre_15', reason }),
    order('emergency-doctor', 'POST', 'emergency-accesses', { mode: reason, reason }),
    order('alice', 'POST', 'blocks', { grantee: { kind: 'PROFESSIONAL', id: `${MARTIN.id}0` } }),
    order('dr-petit', 'PUT', `documents/${document}/unpublication`, { reason }),
  ];
  for (const { status } of await Promise.allSettled(refused)) if (status === 'fulfilled') throw new Error('each was to be refused');
}
