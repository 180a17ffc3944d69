import fc from 'fast-check';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { CENTRE, consentTo, entry, ownEntry } from '../support/care.js';
import { form } from '../support/multipart.js';
import type { Request } from '../support/twins.js';

/** Doctors may read it, nurses may not. */
const NOT_FOR_NURSES = '83901-9';
/** In none of the three rubrics that stay open to a blocked attending doctor. */
const NO_RUBRIC = '11488-4';
const TYPES = ['11502-2', '11488-4', '57833-6', '11369-6'] as const;

/** A document of a random life: who brought it, and what became of it. */
export interface Story {
  readonly by: 'dr-petit' | 'lab-software' | 'alice' | 'insurer-agent' | 'dr-martin';
  readonly type: (typeof TYPES)[number];
  readonly title: string;
  readonly size: number;
  readonly discretion: 'N' | 'MASQUE_PS' | 'INVISIBLE_PATIENT' | 'INVISIBLE_REPRESENTANTS_LEGAUX';
  readonly end: 'stays' | 'archived' | 'replaced';
}

/** Why one of them is not for the reader; he is the one whom `reader` names. */
export interface Secret {
  readonly why:
    | 'at deposit'
    | 'afterwards'
    | 'from him'
    | 'from his place'
    | 'matrix'
    | 'blocked attending doctor'
    | 'not yet told'
    | 'kept from parents';
  readonly reader: PersonaName;
}
export const secrets: readonly Secret[] = [
  { why: 'at deposit', reader: 'dr-martin' },
  { why: 'afterwards', reader: 'dr-martin' },
  { why: 'from him', reader: 'dr-martin' },
  { why: 'from his place', reader: 'dr-martin' },
  { why: 'matrix', reader: 'nurse-leroy' },
  { why: 'blocked attending doctor', reader: 'dr-martin' },
  { why: 'not yet told', reader: 'alice' },
  { why: 'kept from parents', reader: 'alice' },
];

export interface Life {
  readonly stories: readonly Story[];
  /** Deposited before the story of this index. */
  readonly place: number;
  readonly masked: Story;
}

const story: fc.Arbitrary<Story> = fc.record({
  by: fc.constantFrom('dr-petit', 'lab-software', 'alice', 'insurer-agent', 'dr-martin'),
  type: fc.constantFrom(...TYPES),
  title: fc.constantFrom('Bilan', 'Bilan de suivi', 'Ordonnance', 'Été', 'a%_b'),
  size: fc.integer({ min: 1, max: 3_000 }),
  discretion: fc.constantFrom('N', 'N', 'N', 'MASQUE_PS', 'INVISIBLE_PATIENT'),
  end: fc.constantFrom('stays', 'stays', 'archived', 'replaced'),
});
export const life = (least: number, most: number): fc.Arbitrary<Life> =>
  fc
    .array(story, { minLength: least, maxLength: most })
    .chain((stories) => fc.record({ stories: fc.constant(stories), place: fc.nat(stories.length), masked: story }));

/** What somebody may bring at all: the holder hides nothing from himself, the insurer nothing from anybody. */
const discretionOf = ({ by, discretion }: Story): readonly string[] => {
  if (discretion === 'N' || by === 'insurer-agent') return ['N'];
  return by === 'alice' && discretion === 'INVISIBLE_PATIENT' ? ['MASQUE_PS'] : [discretion];
};

/** The secret document: by somebody who is not its reader, of a kind that makes it secret. */
export const secretStory = ({ masked }: Life, { why }: Secret): Story & { readonly typeCode?: string } => {
  const by = masked.by === 'dr-martin' || masked.by === 'insurer-agent' ? 'lab-software' : masked.by;
  if (why === 'at deposit') return { ...masked, by, discretion: 'MASQUE_PS' };
  if (why === 'matrix') return { ...masked, by: 'lab-software', discretion: 'N', typeCode: NOT_FOR_NURSES };
  if (why === 'not yet told') return { ...masked, by: 'lab-software', discretion: 'INVISIBLE_PATIENT' };
  if (why === 'kept from parents') return { ...masked, by: 'lab-software', discretion: 'INVISIBLE_REPRESENTANTS_LEGAUX' };
  if (why === 'blocked attending doctor') return { ...masked, by: 'lab-software', discretion: 'N', typeCode: NO_RUBRIC };
  return { ...masked, by, discretion: 'N' };
};

/** The deposit of a story in a space, under a uniqueId that makes its id the same wherever the keys are the same. */
export function deposit(space: string, told: Story & { readonly typeCode?: string }, uniqueId: string, replaces?: string): Request {
  const given = {
    typeCode: told.typeCode ?? (told.by === 'alice' ? 'EXPPAT_2' : told.type),
    title: told.title,
    uniqueId,
    confidentiality: discretionOf(told),
    ...(replaces === undefined ? {} : { replaces }),
  };
  const file = { bytes: Buffer.from(`${uniqueId} `.padEnd(told.size + 60, 'm')), mediaType: 'text/plain', fileName: 'note.txt' };
  const { headers, payload } = form(told.by === 'alice' ? ownEntry(given) : entry(given), file);
  return {
    method: 'POST',
    url: `/api/v1/spaces/${space}/documents`,
    as: told.by,
    headers: { ...headers, 'idempotency-key': uniqueId },
    payload,
  };
}

export const order = (as: PersonaName, method: 'POST' | 'PUT', path: string, body: object, key: string): Request => ({
  method,
  url: `/api/v1/${path}`,
  as,
  headers: { 'content-type': 'application/json', 'idempotency-key': key },
  payload: JSON.stringify(body),
});

/** What is done with the secret document so that it is secret; the same words are said where there is no such document. */
export function hiding({ why }: Secret, space: string, document: string): readonly Request[] {
  const put = (path: string, body: object) => order('alice', 'POST', `spaces/${space}/${path}`, body, `${document}/${path}`);
  const from = (whom: object) => put('masks-from', { set: document, whom, until: '2099-01-01T00:00:00Z' });
  if (why === 'afterwards') return [put('masks', { sets: [document] })];
  if (why === 'from him') return [from({ kind: 'PROFESSIONAL', id: '899990000012' })];
  if (why === 'from his place') return [from({ kind: 'FACILITY', id: '990000010' })];
  if (why !== 'blocked attending doctor') return [];
  const declared = { professional: '899990000012' };
  return [
    order('insurer-agent', 'PUT', `spaces/${space}/attending-doctor`, declared, `${document}/attending`),
    put('blocks', { grantee: { kind: 'PROFESSIONAL', id: '899990000012' } }),
  ];
}

/** Whoever brings documents was let in, in this space. */
export const lettingIn = (space: string): readonly Request[] =>
  (
    [
      ['dr-martin', { kind: 'PROFESSIONAL', id: '899990000012' }],
      ['dr-petit', CENTRE],
    ] as const
  )
    .map(([as, grantee]) => order(as, 'POST', `spaces/${space}/consents`, consentTo(grantee), `${space}/${as}`))
    .concat(
      order(
        'lab-software',
        'POST',
        `spaces/${space}/consents`,
        consentTo({ kind: 'FACILITY', id: '990000036' }, { scope: ['FEED'] }),
        `${space}/lab`,
      ),
    );
