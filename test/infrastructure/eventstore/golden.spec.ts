import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { address, decode, encode, type Draft } from '../../../src/infrastructure/eventstore/codec.js';
import { leafHash } from '../../../src/infrastructure/eventstore/leaf.js';
import { catalogue } from '../../../src/infrastructure/system/known-facts.js';
import { activeKey } from '../../../src/infrastructure/keys/active-key.js';

/** Bytes as they were first written. A file here is never edited: events of this form lie in the log for ever. */
interface Golden {
  readonly note: string;
  readonly draft: Draft;
  readonly keyId: string;
  /** Hexadecimal: 32-byte key of the ring, 12-byte iv (absent when clear), header, body, leaf hash. `plaintext` and `headerText` are the same in words. */
  readonly key: string;
  readonly iv?: string;
  readonly plaintext: string;
  readonly headerText: string;
  readonly header: string;
  readonly body: string;
  readonly leaf: string;
}

const folder = join(import.meta.dirname, '../../golden/events');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const hex = (text: string) => Buffer.from(text, 'hex');
const golden = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden;

/** The body, computed step by step as the format describes it, with nothing of the codec. */
function bodyByHand({ plaintext, key, iv, header }: Golden): Buffer {
  const text = Buffer.from(plaintext, 'utf8');
  if (iv === undefined) return Buffer.concat([Buffer.of(0), text]);
  const ke = createHmac('sha256', hex(key)).update('mes-event-v1').update(Buffer.of(0)).update(hex(header)).digest();
  const cipher = createCipheriv('aes-256-gcm', ke, hex(iv), { authTagLength: 16 }).setAAD(hex(header));
  const padding = Buffer.alloc((128 - (text.length % 128)) % 128, ' ');
  const sealed = Buffer.concat([cipher.update(Buffer.concat([Buffer.alloc(32), text, padding])), cipher.final()]);
  return Buffer.concat([Buffer.of(1), hex(iv), sealed, cipher.getAuthTag()]);
}

describe('the bytes that were written once', () => {
  it('are kept for sealed, veiled, padded-to-the-limit and clear events, and for every kind of actor that care brings', () => {
    expect(files).toEqual([
      '1-real-type.json',
      '10-first-export.json',
      '2-veiled-type.json',
      '3-full-circumstances.json',
      '4-exact-padding.json',
      '5-public.json',
      '6-professional.json',
      '7-facility.json',
      '8-insurer.json',
      '9-first-certificate.json',
    ]);
  });

  it.each([
    ['9-first-certificate.json', { scope: null, askedOn: null }],
    ['10-first-export.json', { keptUntil: null }],
  ])('of a past version are read in the form of today; what they did not record is said to be unknown: %s', (name, unknown) => {
    const { draft, keyId, key, header, body } = golden(name);
    const stored = { header: hex(header), body: hex(body), stream: draft.stream, rev: draft.rev, position: 1n };
    const { event } = catalogue.upcast(decode(address(stored), activeKey(keyId, hex(key))));
    expect(event).toEqual({ ...draft.event, v: 2, ...unknown });
  });

  it.each(files)('are written again to the byte: %s', (name) => {
    const kept = golden(name);
    const { header, body } = encode(kept.draft, activeKey(kept.keyId, hex(kept.key)), kept.iv === undefined ? undefined : hex(kept.iv));
    expect(Buffer.from(header).toString('hex')).toBe(kept.header);
    expect(Buffer.from(body).toString('hex')).toBe(kept.body);
  });

  it.each(files)('are read back as the fact: %s', (name) => {
    const kept = golden(name);
    const { stream, rev, at, event, meta } = kept.draft;
    const stored = { header: hex(kept.header), body: hex(kept.body), stream, rev, position: 1n };
    expect(decode(address(stored), activeKey(kept.keyId, hex(kept.key)))).toEqual({ event, stream, rev, position: 1n, at, meta });
  });

  it.each(files)('follow from the written format alone: %s', (name) => {
    const kept = golden(name);
    expect(hex(kept.header).toString('utf8')).toBe(kept.headerText);
    expect(bodyByHand(kept).toString('hex')).toBe(kept.body);
    const c = createHash('sha256').update(hex(kept.body)).digest('base64url');
    const leaf = createHash('sha256')
      .update(Buffer.of(0))
      .update(JSON.stringify({ c, h: JSON.parse(kept.headerText) }))
      .digest('hex');
    expect(leaf).toBe(kept.leaf);
    expect(Buffer.from(leafHash({ header: hex(kept.header), body: hex(kept.body) })).toString('hex')).toBe(kept.leaf);
  });
});
