import { valuesOf } from '../../src/domain/shared/growing-map.js';
import { DocumentUnreadable } from '../../src/application/record/blob-store.js';
import { sweepOrphans } from '../../src/application/record/orphan-sweep.js';
import { namedInLog } from '../../src/application/record/named-blobs.js';
import { KeyGone, StoreUnavailable } from '../../src/application/shared/ports.js';
import { Refused } from '../../src/application/shared/refused.js';
import { announcement } from '../../src/domain/record/announcement.js';
import { documentDestruction } from '../../src/domain/record/document-destruction.js';
import { record } from '../../src/domain/record/documents.js';
import { replay } from '../../src/domain/shared/decider.js';
import { epochOf, instantOf } from '../../src/domain/shared/time.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { knownFacts } from '../../src/infrastructure/system/known-facts.js';
import { allOf } from '../infrastructure/event-store/samples.js';
import * as d from '../support/documents.js';
import { archivedUntil, endingFacts, spaceFacts } from '../support/enrolment-facts.js';
import { callerAs, HOLDER, holderDeposit, recordWorld, textDeposit, upload, type RecordWorld } from '../support/record-world.js';

let world: RecordWorld;
let id: string;
let handle: string;
beforeEach(async () => {
  world = await recordWorld();
  ({ id, handle } = await world.openSpace());
});
afterEach(() => world.close());

const refusalOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof Refused) return error.rejection.rejected;
      throw error;
    },
  );
const typesIn = async (stream: `${string}-${string}`) => (await world.facts(stream)).map(({ event }) => event.type);
const text = async (bytes: Promise<AsyncIterable<Uint8Array>>) => {
  const parts: Uint8Array[] = [];
  for await (const part of await bytes) parts.push(part);
  return Buffer.concat(parts).toString();
};
const contentIn = async (stream: `${string}-${string}`) => {
  const described = (await world.facts(stream)).flatMap(({ event }) => (event.type === 'DocumentDescribed' ? [event.content] : []));
  return described.at(-1) ?? { blob: '', size: 0 };
};
const keysIn = async (stream: `${string}-${string}`) =>
  (await world.log.store.read(stream)).map(({ header }) => (JSON.parse(Buffer.from(header).toString()) as { key: string }).key);

describe('A deposit', () => {
  it('comes back from the log as it was made, its bytes too, under a key of its own', async () => {
    const { document, size } = await world.orders.deposit(handle, textDeposit('Glycémie normale'), callerAs(d.AUTHOR));
    const facts = await world.facts(`record-${id}`);
    expect(facts.map(({ event }) => event.type)).toEqual(['DocumentDeposited', 'DocumentDescribed']);
    expect(facts[0]?.event).toMatchObject({
      space: id,
      document,
      set: document,
      version: 1,
      depositor: 'PROFESSIONAL',
      confidentiality: ['N'],
    });
    expect(facts[0]?.meta.who).toEqual(d.AUTHOR);
    expect(facts[1]?.event).toMatchObject({
      metadata: {
        classCode: '10',
        category: 'BIOLOGIE',
        formatCode: 'urn:ihe:iti:xds-sd:text:2008',
        languageCode: 'fr-FR',
        authors: [{ kind: 'PROFESSIONAL', id: '810000000001', institution: { id: '750000001' } }],
      },
      content: { mediaType: 'text/plain', size },
    });
    const { blob } = await contentIn(`record-${id}`);
    expect(await text(world.bytes.read(id, document, blob, size))).toBe('Glycémie normale');
    const [deposited, described] = await keysIn(`record-${id}`);
    expect(described).not.toBe(deposited);
    expect(await world.names()).toEqual([blob]);
  });

  it('of the holder is his own words, that of a software a machine’s', async () => {
    await world.orders.deposit(handle, holderDeposit('à moi'), callerAs(HOLDER));
    await world.orders.deposit(handle, textDeposit('du logiciel'), callerAs(d.CLINIC));
    const metadata = (await world.facts(`record-${id}`)).flatMap(({ event }) =>
      event.type === 'DocumentDescribed' ? [event.metadata] : [],
    );
    expect(metadata.map(({ authors }) => authors)).toEqual([
      [{ kind: 'HOLDER' }],
      [{ kind: 'DEVICE', institution: { id: '750000001', name: 'Clinique 750000001' } }],
    ]);
    expect(metadata[0]).toMatchObject({ legalAuthenticator: { kind: 'HOLDER' }, healthcareFacilityType: 'EXP_PATIENT' });
  });

  it('A34: into a closed space is refused before a byte is read, and nothing is stored', async () => {
    const closed = { ...spaceFacts.SpaceClosed, archivedUntil };
    await world.write(`space-${id}`, 1, [closed]);
    const { bytes, state } = upload('trop tard');
    expect(await refusalOf(world.orders.deposit(handle, textDeposit('', { bytes }), callerAs(d.AUTHOR)))).toBe('access/space-not-open');
    expect([state.read, await world.names(), await world.streams()]).toEqual([false, [], []]);
  });

  it.each([
    ['record/type-not-in-dmp', { typeCode: '89233-1' }],
    ['record/unknown-code', { typeCode: 'nothing' }],
    ['record/unknown-code', { typeCode: '11526-1' }],
    ['record/unknown-code', { practiceSetting: 'unknown' }],
    ['record/class-mismatch', { classCode: '42' }],
  ])('is refused with %s before a byte is read: %j', async (code, more) => {
    const { bytes, state } = upload('x');
    const request = textDeposit('', { bytes });
    const metadata = { ...request.metadata, ...more };
    expect(await refusalOf(world.orders.deposit(handle, { ...request, metadata }, callerAs(d.AUTHOR)))).toBe(code);
    expect(state.read).toBe(false);
  });

  it('A24: of 5,000,001 bytes, or of a program that is called a PDF, leaves nothing', async () => {
    const large = holderDeposit(Buffer.alloc(5_000_001, 'a'));
    expect(await refusalOf(world.orders.deposit(handle, large, callerAs(HOLDER)))).toBe('record/too-large');
    const program = holderDeposit(Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]), {
      file: { mediaType: 'application/pdf', fileName: 'lettre.pdf' },
    });
    expect(await refusalOf(world.orders.deposit(handle, program, callerAs(HOLDER)))).toMatch(/^record\/type-/);
    expect([await world.names(), await world.streams()]).toEqual([[], []]);
  });

  it('A16: that the rules refuse leaves no bytes behind', async () => {
    const request = textDeposit('x', { confidentiality: ['INVISIBLE_PATIENT', 'MASQUE_PS'] });
    expect(await refusalOf(world.orders.deposit(handle, request, callerAs(d.AUTHOR)))).toBe('record/hiding-excludes-masking');
    expect([await world.names(), await world.streams()]).toEqual([[], []]);
  });

  it('is masked when the holder said so for all', async () => {
    await world.write(`access-${id}`, 1, [{ type: 'DefaultConfidentialitySet', v: 1, masked: true } as never]);
    await world.orders.deposit(handle, textDeposit('x'), callerAs(d.AUTHOR));
    expect((await world.facts(`record-${id}`))[0]?.event).toMatchObject({ confidentiality: ['MASQUE_PS'] });
  });
});

describe('What the holder decided elsewhere', () => {
  const masked = { confidentiality: ['MASQUE_PS'] } as const;
  const lifted = {
    'of this document': (set: string) => ({ type: 'DocumentsUnmasked', v: 1, sets: [set] }),
    'of all documents': () => ({ type: 'AllDocumentsUnmasked', v: 1 }),
  };

  it.each(['of this document', 'of all documents'] as const)(
    'a mask %s that was lifted does not come back with a new version',
    async (what) => {
      const { document } = await world.orders.deposit(handle, textDeposit('un', masked), callerAs(d.AUTHOR));
      await world.write(`access-${id}`, 1, [lifted[what](document)]);
      await world.orders.deposit(handle, textDeposit('deux', { replaces: document }), callerAs(d.AUTHOR));
      const given = (await world.facts(`record-${id}`)).flatMap(({ event }) => ('confidentiality' in event ? [event.confidentiality] : []));
      expect(given).toEqual([['MASQUE_PS'], ['N']]);
    },
  );

  const masking = {
    'of this document': (set: string) => ({ type: 'DocumentsMasked', v: 1, sets: [set] }),
    'of all documents': () => ({ type: 'AllDocumentsMasked', v: 1 }),
  };
  it.each(['of this document', 'of all documents'] as const)('a mask %s goes over to directives of somebody else', async (what) => {
    const metadata = { ...textDeposit('').metadata, typeCode: 'EXPPAT_3' };
    const { document } = await world.orders.deposit(handle, textDeposit('un', { metadata }), callerAs(d.AUTHOR));
    await world.write(`access-${id}`, 1, [masking[what](document)]);
    const own = holderDeposit('deux', { metadata: { typeCode: 'EXPPAT_3', title: 'Mes directives' } });
    await world.orders.deposit(handle, own, callerAs(HOLDER));
    const given = (await world.facts(`record-${id}`)).flatMap(({ event }) => ('confidentiality' in event ? [event.confidentiality] : []));
    expect(given).toEqual([['N'], ['MASQUE_PS']]);
  });

  it.each(['of this document', 'of all documents'] as const)(
    'nor with new directives, which name nothing that they replace: %s',
    async (what) => {
      const directives = (text: string) => holderDeposit(text, { metadata: { typeCode: 'EXPPAT_3', title: 'Mes directives' } });
      await world.write(`access-${id}`, 1, [{ type: 'DefaultConfidentialitySet', v: 1, masked: true } as never]);
      const { document } = await world.orders.deposit(handle, directives('un'), callerAs(HOLDER));
      await world.write(`access-${id}`, 2, [lifted[what](document)]);
      await world.orders.deposit(handle, directives('deux'), callerAs(HOLDER));
      const given = (await world.facts(`record-${id}`)).flatMap(({ event }) => ('confidentiality' in event ? [event.confidentiality] : []));
      expect(given).toEqual([['MASQUE_PS'], ['N']]);
    },
  );
});

describe('The same deposit again', () => {
  it('under the same key gives the same receipt and keeps one copy, also when it is sent many times at once', async () => {
    const caller = callerAs(d.AUTHOR);
    const receipts = await Promise.all([1, 2, 3].map(() => world.orders.deposit(handle, textDeposit('une fois'), caller)));
    receipts.push(await world.orders.deposit(handle, textDeposit('une fois'), { ...caller, receivedAt: instantOf(Date.now() + 1) }));
    expect(new Set(receipts.map(({ document }) => document)).size).toBe(1);
    const positions = receipts.map(({ position }) => world.log.secrets.positionOf(position));
    expect(new Set(positions).size).toBe(1);
    const { blob } = await contentIn(`record-${id}`);
    expect(await world.names()).toEqual([blob]);
    expect(await typesIn(`record-${id}`)).toEqual(['DocumentDeposited', 'DocumentDescribed']);
  });

  it('with other bytes under the same key is refused, and the first stays readable', async () => {
    const caller = callerAs(d.AUTHOR);
    const { document } = await world.orders.deposit(handle, textDeposit('un'), caller);
    expect(await refusalOf(world.orders.deposit(handle, textDeposit('deux'), caller))).toBe('request/key-used-for-something-else');
    const { blob, size } = await contentIn(`record-${id}`);
    expect(await world.names()).toEqual([blob]);
    expect(await text(world.bytes.read(id, document, blob, size))).toBe('un');
  });

  it('under the uniqueId of somebody else is a document of its own: nobody learns that there is another one', async () => {
    const metadata = { ...textDeposit('').metadata, uniqueId: 'urn:oid:1.2.3' };
    const masked = textDeposit('un', { metadata, confidentiality: ['MASQUE_PS'] });
    const theirs = await world.orders.deposit(handle, masked, callerAs(d.CLINIC));
    const own = await world.orders.deposit(handle, textDeposit('un', { metadata }), callerAs(d.AUTHOR));
    expect(own.document).not.toBe(theirs.document);
  });

  it('whose object was lost, though its key lives, cannot be read, and that is no outage', async () => {
    const { document, size } = await world.orders.deposit(handle, textDeposit('Glycémie normale'), callerAs(d.AUTHOR));
    const { blob } = await contentIn(`record-${id}`);
    await world.bytes.discard(id, document, blob);
    await expect(text(world.bytes.read(id, document, blob, size))).rejects.toBeInstanceOf(DocumentUnreadable);
  });

  it('while the keys of its space are being settled is not refused for good: its uniqueId was never used', async () => {
    await world.log.vault.keyFor(id, 'content');
    await world.log.vault.archive(id, 'content');
    const deposit = world.orders.deposit(handle, textDeposit('Glycémie normale'), callerAs(d.AUTHOR));
    await expect(deposit).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await world.names()).toEqual([]);
  });

  it('under a uniqueId that was used, visibly or under a veil, is another document and refused', async () => {
    const unique = (more: string) => ({ ...textDeposit(more).metadata, uniqueId: 'urn:oid:1.2.3' });
    await world.orders.deposit(handle, textDeposit('un', { metadata: unique('') }), callerAs(d.AUTHOR));
    const hidden = textDeposit('un', { metadata: unique(''), confidentiality: ['INVISIBLE_PATIENT'] });
    expect(await refusalOf(world.orders.deposit(handle, hidden, callerAs(d.AUTHOR)))).toBe('record/unique-id-used');
    const other = textDeposit('deux', { metadata: unique('') });
    expect(await refusalOf(world.orders.deposit(handle, other, callerAs(d.AUTHOR)))).toBe('record/unique-id-used');
    expect(await world.names()).toHaveLength(1);
  });
});

describe('When the store goes away', () => {
  const sweep = () =>
    sweepOrphans({
      blobs: world.blobs,
      named: namedInLog(new LogReader(world.log.store, world.log.journal)),
      now: Date.now() + 1_000,
      graceMs: 0,
    });

  it('between the bytes and the event, an orphan is left and nothing else; sent again, the document is there once', async () => {
    const caller = callerAs(d.AUTHOR);
    world.journal.trouble = 'before';
    await expect(world.orders.deposit(handle, textDeposit('x'), caller)).rejects.toThrow(StoreUnavailable);
    expect([(await world.names()).length, await world.streams()]).toEqual([1, []]);
    await world.orders.deposit(handle, textDeposit('x'), caller);
    expect(await sweep()).toMatchObject({ kept: 1, deleted: 1 });
    const { blob } = await contentIn(`record-${id}`);
    expect(await world.names()).toEqual([blob]);
  });

  it('after the event was written, the bytes are not taken away from it', async () => {
    const caller = callerAs(d.AUTHOR);
    world.journal.trouble = 'after';
    await expect(world.orders.deposit(handle, textDeposit('x'), caller)).rejects.toThrow(StoreUnavailable);
    const { document } = await world.orders.deposit(handle, textDeposit('x'), caller);
    const { blob, size } = await contentIn(`record-${id}`);
    expect(await text(world.bytes.read(id, document, blob, size))).toBe('x');
    expect(await world.names()).toEqual([blob]);
  });
});

describe('A document that is taken back', () => {
  it.each(['in the record', 'under a veil'])(
    'dies at once in a closed space too, %s, and that its archive was opened is written first',
    async (place) => {
      const hidden = place === 'under a veil';
      const request = textDeposit('mauvais dossier', { confidentiality: hidden ? ['INVISIBLE_PATIENT'] : [] });
      const { document } = await world.orders.deposit(handle, request, callerAs(d.AUTHOR));
      const { document: kept } = await world.orders.deposit(handle, textDeposit('bon dossier'), callerAs(d.AUTHOR));
      await world.write(`space-${id}`, 1, [spaceFacts.SpaceClosed]);
      await world.log.vault.moveContent(id, 'archived');
      await expect(world.log.journal.read(`record-${id}`)).rejects.toThrow(KeyGone);
      expect(await world.names()).toHaveLength(2);

      expect(await refusalOf(world.orders.unpublish(handle, document, 'WRONG_PATIENT', callerAs(d.STRANGER)))).toBe('record/nothing-here');
      const caller = callerAs(d.AUTHOR);
      await world.orders.unpublish(handle, document, 'WRONG_PATIENT', caller);
      const head = await world.log.store.head();
      await world.orders.unpublish(handle, document, 'WRONG_PATIENT', caller);
      expect(await world.log.store.head()).toBe(head);
      expect(await world.names()).toHaveLength(1);
      const state = async (of: string) => (await world.log.vault.keyFor(id, `document:${of}`)).state;
      expect([await state(document), await state(kept)]).toEqual(['destroyed', 'archived']);

      const audits = new Set((await allOf(world.log.store, 0n, ['audit'])).map(({ stream }) => stream));
      const opened = await Promise.all([...audits].map((stream) => world.log.journal.read(stream)));
      const said = opened.flatMap(({ facts }) => facts.map(({ event }) => event));
      const opening = { type: 'ArchiveOpened', v: 1, space: id, reason: 'MISFILED', reference: document };
      expect(said).toEqual(hidden ? [] : [opening, opening]);

      await world.log.vault.moveContent(id, 'active');
      await world.write(`space-${id}`, 2, [spaceFacts.SpaceReopened]);
      const facts = hidden ? [] : await world.facts(`record-${id}`);
      expect(facts.map(({ event }) => event.type)).toEqual(
        hidden ? [] : ['DocumentDeposited', 'DocumentDeposited', 'DocumentDescribed', 'DocumentUnpublished'],
      );
      await world.orders.deposit(handle, textDeposit('suite'), callerAs(d.AUTHOR));
    },
  );

  it('does not die while an authority has the content of the closed space kept, also when it came back; afterwards it does', async () => {
    const { document } = await world.orders.deposit(handle, textDeposit('pièce'), callerAs(d.AUTHOR));
    const { document: own } = await world.orders.deposit(handle, holderDeposit('pièce aussi'), callerAs(HOLDER));
    const { LegalHoldPlaced: placed, LegalHoldLifted: lifted } = endingFacts;
    const ofTraces = { ...placed, hold: 'hold-2', keys: ['trace'] } as const;
    await world.write(`space-${id}`, 1, [spaceFacts.SpaceClosed, ofTraces, placed]);
    await world.log.vault.moveContent(id, 'archived');
    const unpublish = (actor: Parameters<typeof callerAs>[0]) => world.orders.unpublish(handle, document, 'ERROR', callerAs(actor));
    expect(await refusalOf(unpublish(d.AUTHOR))).toBe('enrolment/legal-hold');
    expect(await refusalOf(unpublish(d.STRANGER))).toBe('record/nothing-here');
    await world.log.vault.moveContent(id, 'active');
    await world.write(`space-${id}`, 4, [spaceFacts.SpaceReopened]);
    const caller = callerAs(HOLDER);
    expect(await refusalOf(world.orders.deleteMany(handle, [own], caller))).toBe('enrolment/legal-hold');
    expect(await world.names()).toHaveLength(2);
    await world.write(`space-${id}`, 5, [lifted]);
    await world.orders.deleteMany(handle, [own], caller);
    await unpublish(d.AUTHOR);
    expect(await world.names()).toEqual([]);
  });

  it('dies alone and at once: its key, its bytes, its description; the stream folds and goes on', async () => {
    const { document } = await world.orders.deposit(handle, textDeposit('mauvais dossier'), callerAs(d.AUTHOR));
    const { document: kept } = await world.orders.deposit(handle, textDeposit('bon dossier'), callerAs(d.AUTHOR));
    const { blob, size } = await contentIn(`record-${id}`);
    await world.orders.unpublish(handle, document, 'WRONG_PATIENT', callerAs(d.CLINIC));
    expect(await world.names()).toEqual([blob]);
    expect(await text(world.bytes.read(id, kept, blob, size))).toBe('bon dossier');
    await expect(text(world.bytes.read(id, document, blob, 1))).rejects.toThrow(KeyGone);

    await world.orders.deposit(handle, textDeposit('suite'), callerAs(d.AUTHOR));
    const elsewhere = await world.house.process(knownFacts);
    const { facts, revision } = await elsewhere.journal.read<never>(`record-${id}`);
    expect([facts.length, revision]).toEqual([6, 6]);
    const state = replay(
      record,
      facts.map(({ event }) => event),
    );
    expect(valuesOf(state.byId).map(({ status, described }) => [status, described === null])).toEqual([
      ['GONE', true],
      ['CURRENT', false],
      ['CURRENT', false],
    ]);
  });

  it('is taken back once, and is not there for those who have no business with it', async () => {
    const { document } = await world.orders.deposit(handle, textDeposit('x'), callerAs(d.AUTHOR));
    const stranger = callerAs(d.STRANGER);
    expect(await refusalOf(world.orders.unpublish(handle, document, 'ERROR', stranger))).toBe('record/nothing-here');
    const caller = callerAs(d.AUTHOR);
    const first = await world.orders.unpublish(handle, document, 'ERROR', caller);
    const again = await world.orders.unpublish(handle, document, 'ERROR', caller);
    expect(world.log.secrets.positionOf(again.position)).toBe(world.log.secrets.positionOf(first.position));
  });

  it('is destroyed also when the process that took it back died before it could', async () => {
    const { document } = await world.orders.deposit(handle, textDeposit('x'), callerAs(d.AUTHOR));
    await world.sender.send(`record-${id}`, id, { type: 'UnpublishDocument', document, reason: 'ERROR' }, callerAs(d.AUTHOR));
    expect(await world.names()).toHaveLength(1);
    await world.react(documentDestruction);
    expect(await world.names()).toEqual([]);
    const [, described] = await keysIn(`record-${id}`);
    expect(await world.log.vault.keyById(described ?? '')).toMatchObject({ state: 'destroyed' });
  });

  it('leaves a uniqueId that nobody can use again', async () => {
    const metadata = { ...textDeposit('').metadata, uniqueId: 'urn:oid:9.9' };
    const { document } = await world.orders.deposit(handle, textDeposit('x', { metadata }), callerAs(d.AUTHOR));
    await world.orders.unpublish(handle, document, 'ERROR', callerAs(d.AUTHOR));
    expect(await refusalOf(world.orders.deposit(handle, textDeposit('y', { metadata }), callerAs(d.AUTHOR)))).toBe('record/unique-id-used');
  });

  it('A25: the holder deletes his own, all or none, and its bytes go with it', async () => {
    const own = await world.orders.deposit(handle, holderDeposit('à moi'), callerAs(HOLDER));
    const theirs = await world.orders.deposit(handle, textDeposit('à eux'), callerAs(d.AUTHOR));
    const both = world.orders.deleteMany(handle, [own.document, theirs.document], callerAs(HOLDER));
    expect(await refusalOf(both)).toBe('record/not-yours-to-delete');
    expect(await world.names()).toHaveLength(2);
    await world.orders.deleteMany(handle, [own.document], callerAs(HOLDER));
    expect(await world.names()).toHaveLength(1);
  });
});

describe('A document that is hidden', () => {
  const HIDDEN = { confidentiality: ['INVISIBLE_PATIENT'] } as const;

  it('lies under a veil of its own, with its versions, and the record knows nothing of it', async () => {
    const { document } = await world.orders.deposit(handle, textDeposit('grave', HIDDEN), callerAs(d.AUTHOR));
    const [veil] = await world.streams();
    expect(await world.streams()).toEqual([expect.stringMatching(/^veil-[\w-]{43}$/)]);
    expect(veil).not.toContain(id);
    await world.orders.deposit(handle, textDeposit('plus grave', { replaces: document }), callerAs(d.AUTHOR));
    expect(await world.streams()).toEqual([veil]);
    expect(await typesIn(veil ?? 'veil-')).toEqual([
      'VeilOpened',
      'DocumentDeposited',
      'DocumentDescribed',
      'DocumentDeposited',
      'DocumentDescribed',
      'DocumentReplaced',
    ]);
    await world.orders.recordAnnouncement(handle, document, callerAs(d.AUTHOR));
    expect((await typesIn(veil ?? 'veil-')).slice(6)).toEqual(['AnnouncementConsultationHeld', 'AnnouncementConsultationHeld']);
    expect(await refusalOf(world.orders.archive(handle, document, callerAs(d.AUTHOR)))).toBe('record/already-replaced');
  });

  it('A15: shows by itself when the month is over', async () => {
    const receivedAt = instantOf(Date.now() - 40 * 86_400_000);
    await world.orders.deposit(handle, textDeposit('grave', HIDDEN), callerAs(d.AUTHOR, { receivedAt }));
    const [veil = 'veil-'] = await world.streams();
    const [, deposited] = await world.facts(veil);
    expect(epochOf(deposited?.meta.on ?? receivedAt)).toBe(epochOf(receivedAt));
    await world.react(announcement);
    expect(await world.ticker.drain()).toBe(2);
    expect(world.troubles).toEqual([]);
    expect((await typesIn(veil)).slice(3)).toEqual(['DocumentRevealedAutomatically']);
  });

  it('is taken back where it lies, with the key that lies in the ring of the space', async () => {
    const { document } = await world.orders.deposit(handle, textDeposit('grave', HIDDEN), callerAs(d.AUTHOR));
    await world.orders.unpublish(handle, document, 'ERROR', callerAs(d.AUTHOR));
    expect(await world.names()).toEqual([]);
    expect(await world.log.vault.keyFor(id, `document:${document}`)).toMatchObject({ state: 'destroyed' });
  });
});

describe('The documents of a minor', () => {
  const mother = { ...HOLDER, subject: { issuer: 'https://identity.example', sub: 'mother' } } as const;
  const SECRET = { confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'], secret: true } as const;
  const year = Number(instantOf(Date.now()).slice(0, 4));
  let child: Awaited<ReturnType<RecordWorld['openSpace']>>;
  beforeEach(async () => {
    await world.close();
    world = await recordWorld();
    child = await world.openSpace(`${year - 16}-01-02`);
    const until = `${year + 2}-01-01T23:00:00.000Z`;
    await world.write(`access-${child.id}`, 1, [{ type: 'LegalRepresentativeLinked', v: 1, subject: mother.subject, until } as never]);
  });

  it('A17: under his secret lie under a veil that says from whom they are hidden', async () => {
    await world.orders.deposit(child.handle, textDeposit('secret', SECRET), callerAs(d.AUTHOR));
    const [veil = 'veil-'] = await world.streams();
    expect((await world.facts(veil))[0]?.event).toMatchObject({ type: 'VeilOpened', space: child.id, hiddenFrom: ['REPRESENTATIVES'] });
    const visible = textDeposit('visible', { secret: true });
    expect(await refusalOf(world.orders.deposit(child.handle, visible, callerAs(d.AUTHOR)))).toBe('record/secret-must-be-hidden');
  });

  it('are deposited by who represents him, and it shows', async () => {
    await world.orders.deposit(child.handle, holderDeposit('pour elle'), callerAs(mother));
    expect((await world.facts(`record-${child.id}`))[0]?.event).toMatchObject({ depositor: 'REPRESENTATIVE' });
  });
});

describe('Documents that come together', () => {
  it('have one submission and an answer each', async () => {
    const requests = [textDeposit('un'), textDeposit('x', { confidentiality: ['INVISIBLE_PATIENT', 'MASQUE_PS'] }), textDeposit('deux')];
    const answers = await world.orders.batch(handle, requests, callerAs(d.AUTHOR));
    expect(answers.map((answer) => ('refused' in answer ? answer.refused.rejected : answer.size))).toEqual([
      2,
      'record/hiding-excludes-masking',
      4,
    ]);
    const submissions = (await world.facts(`record-${id}`)).flatMap(({ event }) => ('submission' in event ? [event.submission] : []));
    expect([submissions.length, new Set(submissions).size]).toEqual([2, 1]);
  });

  it('are at most twenty, and 25 MB', async () => {
    const many = Array.from({ length: 21 }, () => textDeposit('x'));
    expect(await refusalOf(world.orders.batch(handle, many, callerAs(d.AUTHOR)))).toBe('record/batch-too-many');
    const large = (size: number) => textDeposit('', { bytes: upload(Buffer.alloc(size, 'a')).bytes });
    const answers = await world.orders.batch(
      handle,
      [large(10_000_000), large(10_000_000), large(5_000_001), large(5_000_000)],
      callerAs(d.AUTHOR),
    );
    expect(answers.map((answer) => ('refused' in answer ? answer.refused.rejected : answer.size))).toEqual([
      10_000_000,
      10_000_000,
      'record/batch-too-large',
      5_000_000,
    ]);
  });
});
