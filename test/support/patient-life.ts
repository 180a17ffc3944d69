import { randomUUID } from 'node:crypto';
import { professionals, type ProfessionalName } from '../../src/infrastructure/identity/professional-personas.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { doorsOf, type Said, type WithDoors } from './doors.js';
import { multipartOf, type Attached } from './uploading.js';
import { letterPdf } from './sample-pdf.js';

/** Who asks: a persona, or whoever has this token; and what he says in headers. */
export interface Asking {
  readonly as?: PersonaName;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
type Entry = Readonly<Record<string, unknown>>;
/** Whom a right is given to or taken from, as the doors take it. */
export interface Grantee {
  readonly kind: 'PROFESSIONAL' | 'FACILITY';
  readonly id: string;
}
/** A line of the history, as the doors give it. */
export interface HistoryLine {
  readonly kind: string;
  readonly lane: string;
  readonly by: string;
  readonly secret: boolean;
  readonly emergency: boolean;
  readonly fr: string;
  readonly en: string;
  readonly who: { readonly id: string } | null;
  readonly documents: readonly { readonly document: string; readonly title: string | null }[];
  readonly receipt: { readonly rule: string; readonly reason: string; readonly matrix: number | null } | null;
}
export interface Downloaded {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
}

/** National identifier of an invented professional. */
export const idOf = (name: ProfessionalName): string => String(professionals[name].claims.SubjectNameID);
export const professional = (name: ProfessionalName): Grantee => ({ kind: 'PROFESSIONAL', id: idOf(name) });
export const facility = (id: string): Grantee => ({ kind: 'FACILITY', id });

/** Another letter each time: the bytes of two documents are never the same by chance. */
export const aLetter = (): Attached => ({
  bytes: letterPdf(`/Lang (fr-FR) /Nonce (${randomUUID()})`),
  mediaType: 'application/pdf',
  fileName: 'resultats.pdf',
});
/** A biology report as a professional deposits it. */
export const BIOLOGY = {
  typeCode: '11502-2',
  title: 'Résultats de biologie',
  healthcareFacilityType: 'SA25',
  practiceSetting: 'AMBULATOIRE',
};
/** The same as a holder brings it. */
export const OWN_BIOLOGY = { typeCode: 'DOCPAT05', title: 'Ma prise de sang' };

/** What people do at the doors of a system about the documents of one space; every question waits for what was written before it. */
export function careIn(world: WithDoors) {
  const doors = doorsOf(world);
  const written: { position?: string } = {};
  const noted = (said: Said): Said => {
    const last = (Array.isArray(said.body) ? said.body : [said.body]).findLast((one) => typeof one?.position === 'string');
    if (last !== undefined) written.position = last.position as string;
    return said;
  };
  const waiting = (path: string): string =>
    written.position === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(written.position)}`;
  const tokenOf = async ({ as, token }: Asking): Promise<string> => token ?? (as === undefined ? '' : await world.token(as));

  const send = async (method: string, path: string, asking: Asking, body?: object): Promise<Said> =>
    noted(await doors.rest(method, path, { ...asking, headers: { 'idempotency-key': randomUUID(), ...asking.headers }, body }));
  const ask = async (path: string, asking: Asking): Promise<Said> => doors.rest('GET', waiting(path), asking);

  /** A submission with these files. */
  const submit = async (path: string, asking: Asking, metadata: unknown, files: readonly Attached[]): Promise<Said> => {
    const { contentType, body } = multipartOf(metadata, files);
    const headers = { 'idempotency-key': randomUUID(), ...asking.headers };
    const answer = await world.app.inject({
      method: 'POST',
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${await tokenOf(asking)}`, 'content-type': contentType, ...headers },
      payload: body,
    });
    return noted({ status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.payload) });
  };
  const deposit = (space: string, asking: Asking, entry: Entry = BIOLOGY, file: Attached = aLetter()): Promise<Said> =>
    submit(`/spaces/${space}/documents`, asking, entry, [file]);

  return {
    send,
    ask,
    submit,
    deposit,
    /** A deposit that succeeds: its document. */
    deposited: async (space: string, asking: Asking, entry?: Entry, file?: Attached): Promise<string> => {
      const { status, body } = await deposit(space, asking, entry, file);
      if (status !== 201) throw new Error(`a deposit was answered ${status} ${body.code}`);
      return String(body.document);
    },
    /** Something about access that succeeds. */
    done: async (method: 'POST' | 'PUT', path: string, asking: Asking, body: object = {}): Promise<Said> => {
      const said = await send(method, path, asking, body);
      if (said.status !== 200) throw new Error(`${method} ${path} was answered ${said.status} ${said.body.code}`);
      return said;
    },
    /** The history of a space, oldest line first: the first page. What it shows of refusals and looks has no receipt that could be waited for. */
    history: async (space: string, asking: Asking, query = 'first=100'): Promise<readonly HistoryLine[]> => {
      await world.caughtUp?.();
      const { status, body } = await ask(`/spaces/${space}/history?${query}`, asking);
      if (status !== 200) throw new Error(`the history was answered ${status} ${body.code}`);
      return [...(body.lines as HistoryLine[])].reverse();
    },
    list: (space: string, asking: Asking, query = ''): Promise<Said> => ask(`/spaces/${space}/documents${query}`, asking),
    entry: (space: string, document: string, asking: Asking): Promise<Said> => ask(`/spaces/${space}/documents/${document}`, asking),
    download: async (space: string, document: string, asking: Asking): Promise<Downloaded> => {
      const answer = await world.app.inject({
        method: 'GET',
        url: `/api/v1${waiting(`/spaces/${space}/documents/${document}/content`)}`,
        headers: { authorization: `Bearer ${await tokenOf(asking)}`, ...asking.headers },
      });
      return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload };
    },
    /** The documents of a space over GraphQL. */
    listOverGraphql: (space: string, asking: Asking): Promise<Said> =>
      doors.graphql(
        'query ($space: ID!, $after: String) { documents(space: $space, after: $after) { total documents { document confidentiality } } }',
        { space, after: written.position ?? null },
        asking,
      ),
    graphql: async (query: string, variables: object, asking: Asking): Promise<Said> =>
      noted(await doors.graphql(query, variables, asking)),
    /** He says that the person was informed: for himself, for reading and feeding, as a member of the care team. */
    consent: async (space: string, as: ProfessionalName, grantee: Grantee = professional(as), basis = 'CARE_TEAM'): Promise<Said> =>
      send('POST', `/spaces/${space}/consents`, { as }, { grantee, basis, scope: ['CONSULT', 'FEED'], means: 'ORAL', informed: true }),
  };
}
export type Care = ReturnType<typeof careIn>;

/** The ids of the documents of a list. */
export const idsIn = ({ body }: Said): readonly string[] => (body.documents as { document: string }[]).map(({ document }) => document);
