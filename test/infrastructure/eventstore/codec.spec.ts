import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import type { ActiveKey } from '../../../src/application/shared/key-vault.js';
import { UnreadableEvent } from '../../../src/application/shared/ports.js';
import { SCHEDULER } from '../../../src/domain/shared/actor.js';
import { canonicalJson } from '../../../src/infrastructure/eventstore/canonical-json.js';
import { address, decode, encode } from '../../../src/infrastructure/eventstore/codec.js';
import { eventKey } from '../../../src/infrastructure/eventstore/sealed-body.js';
import { leafHash } from '../../../src/infrastructure/eventstore/leaf.js';
import { anyDraft, CATEGORIES, draft, KEY_ID, keyOf, meta, stored } from './drafts.js';

const read = (event: StoredEvent, key: ActiveKey | null = keyOf(1)) => decode(address(event), key);
const headerOf = (event: StoredEvent) => JSON.parse(Buffer.from(event.header).toString()) as Record<string, unknown>;
const withHeader = (event: StoredEvent, change: Record<string, unknown>): StoredEvent => ({
  ...event,
  header: Buffer.from(canonicalJson({ ...headerOf(event), ...change })),
});
const flip = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
};
const publicDraft = draft({
  stream: 'campaign-2026',
  event: { type: 'CampaignDayCounted', v: 1, day: '2026-01-05', invited: 12 } as never,
  meta: meta({ who: SCHEDULER }),
});

describe('an event as it lies in the store', () => {
  it('comes back as it was written, whatever the payload, the actor and the stream', () => {
    fc.assert(
      fc.property(anyDraft, (given) => {
        const back = read(stored(given));
        expect({ ...back, event: canonicalJson(back.event) }).toEqual({
          event: canonicalJson(given.event),
          stream: given.stream,
          rev: given.rev,
          position: 7n,
          at: given.at,
          meta: given.meta,
        });
      }),
      { numRuns: 500 },
    );
  });

  it('has exactly the nine members of the format in its header, and a padded body', () => {
    const event = stored(draft());
    expect(Object.keys(headerOf(event))).toEqual(['at', 'by', 'id', 'key', 'rev', 'stream', 'tv', 'type', 'v']);
    expect((event.body.length - 1 - 12 - 32 - 16) % 128).toBe(0);
  });

  it.each(CATEGORIES)('says in the clear part of a %s stream no more than the category allows', (category) => {
    const { type, tv } = headerOf(stored(draft({ stream: `${category}-x`, event: { type: 'ProfessionalBlocked', v: 3 } })));
    const real = ['space', 'campaign', 'service', 'matrix', 'alert'].includes(category);
    expect({ type, tv }).toEqual(
      real ? { type: 'ProfessionalBlocked', tv: 3 } : { type: expect.stringMatching(/^[A-Z][a-z]+Fact$/), tv: 1 },
    );
  });

  it.each([
    [{ role: 'bearer' }, 'person'],
    [meta().who, 'person'],
    [{ ...meta().who, role: 'support' }, 'staff'],
    [{ ...meta().who, role: 'operator' }, 'staff'],
    [{ ...meta().who, role: 'compliance' }, 'staff'],
    [SCHEDULER, 'system'],
  ])('shows of %j only the side: %s', (who, by) => {
    expect(headerOf(stored(draft({ meta: meta({ who: who as never }) })))['by']).toBe(by);
  });

  it('refuses a category that no stream may have', () => {
    expect(() => encode(draft({ stream: 'person-1' }), keyOf(1))).toThrow('category');
  });

  it('never encrypts twice to the same bytes', () => {
    expect(stored(draft()).body).not.toEqual(stored(draft()).body);
  });
});

describe('a changed event', () => {
  it('is refused when any single bit of the body or of the header is flipped', () => {
    const event = stored(draft());
    for (let bit = 0; bit < event.body.length * 8; bit++) {
      expect(() => read({ ...event, body: flip(event.body, bit) })).toThrow(UnreadableEvent);
    }
    for (let bit = 0; bit < event.header.length * 8; bit++) {
      expect(() => read({ ...event, header: flip(event.header, bit) })).toThrow(UnreadableEvent);
    }
  });

  it.each([
    ['at', '2026-01-05T09:00:00.001Z'],
    ['by', 'staff'],
    ['id', '0193b1c2-0000-8000-8000-000000000002'],
    ['key', '5f0c6a5e-3b1d-4f0e-9a64-0c8d6b8c1a02'],
    ['rev', 1],
    ['stream', 'space-01930000-0000-7000-8000-000000000002'],
    ['tv', 2],
    ['type', 'SpaceClosed'],
    ['extra', 'x'],
  ])('is refused when another header is put in front of it (%s)', (member, value) => {
    const changed = withHeader(stored(draft()), { [member]: value });
    // The row and the key follow the lie, so that only the authenticated header can betray it.
    const { stream, rev, key } = { ...headerOf(changed) } as { stream: never; rev: number; key: string };
    expect(() => read({ ...changed, stream, rev }, keyOf(1, key))).toThrow(UnreadableEvent);
  });

  it('is refused when the bodies of two events change places', () => {
    fc.assert(
      fc.property(anyDraft, anyDraft, (one, other) => {
        const [a, b] = [stored(one), stored({ ...other, rev: one.rev + 1 })];
        expect(() => read({ ...a, body: b.body })).toThrow(UnreadableEvent);
        expect(() => read({ ...b, body: a.body })).toThrow(UnreadableEvent);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused under another stream or revision than its own', () => {
    const event = stored(draft());
    expect(() => read({ ...event, rev: 1 })).toThrow('another place');
    expect(() => read({ ...event, stream: 'space-other' })).toThrow('another place');
  });

  it.each([1, 4, 12, 16, 100])('is refused when %d bytes of its end are missing', (missing) => {
    const event = stored(draft());
    expect(() => read({ ...event, body: event.body.subarray(0, -missing) })).toThrow(UnreadableEvent);
  });

  it('is refused with a tag of four bytes, even where the short tag is right', () => {
    const event = stored(draft());
    const iv = event.body.subarray(1, 13);
    const cipher = createCipheriv('aes-256-gcm', eventKey(keyOf(1), event.header), iv, { authTagLength: 4 }).setAAD(event.header);
    const text = Buffer.concat([cipher.update(Buffer.alloc(32 + 140, ' ').fill(0, 0, 32)), cipher.final()]);
    expect(() => read({ ...event, body: Buffer.concat([Buffer.of(1), iv, text, cipher.getAuthTag()]) })).toThrow(UnreadableEvent);
  });
});

describe('the key', () => {
  it('is refused when it is another one, of the same length and under the same id', () => {
    expect(() => read(stored(draft()), keyOf(2))).toThrow(UnreadableEvent);
  });

  it('is refused when the body opens but does not commit to it', () => {
    const event = stored(draft());
    const iv = event.body.subarray(1, 13);
    const cipher = createCipheriv('aes-256-gcm', eventKey(keyOf(1), event.header), iv, { authTagLength: 16 }).setAAD(event.header);
    const text = Buffer.concat([cipher.update(Buffer.alloc(32 + 128, ' ')), cipher.final()]);
    expect(() => read({ ...event, body: Buffer.concat([Buffer.of(1), iv, text, cipher.getAuthTag()]) })).toThrow('commit');
  });

  it('is asked for by its id', () => {
    expect(() => read(stored(draft()), keyOf(1, '5f0c6a5e-3b1d-4f0e-9a64-0c8d6b8c1a02'))).toThrow('not the key');
    expect(() => read(stored(draft()), null)).toThrow('not the key');
  });
});

describe('the header', () => {
  const event = stored(draft());
  const text = Buffer.from(event.header).toString();
  it.each([
    ['spaces', text.replace(',', ', ')],
    ['another order of members', text.replace(/^\{("at":"[^"]+"),("by":"[^"]+")/, '{$2,$1')],
    ['a member twice', text.replace('"v":1', '"v":1,"v":1')],
    ['a float', text.replace('"rev":0', '"rev":0.0')],
    ['an escape that is not needed', text.replace('space-', '\\u0073pace-')],
    ['a byte order mark', '\ufeff' + text],
    ['a version that is not known', text.replace('"v":1', '"v":2')],
    ['a missing member', text.replace(/"by":"person",/, '')],
    ['an instant without milliseconds', text.replace('.000Z', 'Z')],
    ['another kind of value', '[]'],
    ['nothing', ''],
  ])('is refused with %s', (_fault, header) => {
    expect(header).not.toBe(text);
    expect(() => address({ ...event, header: Buffer.from(header) })).toThrow(UnreadableEvent);
  });

  it('is refused when it is not UTF-8', () => {
    expect(() =>
      address({ ...event, header: Buffer.concat([event.header.subarray(0, 8), Buffer.of(0xff), event.header.subarray(8)]) }),
    ).toThrow(UnreadableEvent);
  });

  it('may hold members that this version does not know: they are hashed, not refused', () => {
    const more = withHeader(event, { zone: 'eu' });
    expect(address(more).header).toMatchObject({ zone: 'eu', v: 1 });
    expect(leafHash(more)).not.toEqual(leafHash(event));
  });
});

describe('a public fact', () => {
  it('is written in clear and read without a key', () => {
    const event = stored(publicDraft);
    expect(Buffer.from(event.body.subarray(1)).toString()).toContain('"invited":12');
    expect(read(event, null).event).toEqual({ type: 'CampaignDayCounted', v: 1, day: '2026-01-05', invited: 12 });
  });

  it('is encrypted in any other category of streams', () => {
    expect(stored({ ...publicDraft, stream: 'space-1' }).body[0]).toBe(1);
  });

  it('names nobody: only a part of the software may write it, and without a purpose', () => {
    expect(() => encode({ ...publicDraft, meta: meta() }, keyOf(1))).toThrow('public');
    expect(() => encode({ ...publicDraft, meta: meta({ who: SCHEDULER, purpose: 'because' }) }, keyOf(1))).toThrow('public');
  });

  it('is the only kind of fact that may lie in clear', () => {
    const event = stored(draft());
    const clear = Buffer.from(canonicalJson({ t: 'OppositionRegistered', tv: 1, m: {}, d: {} }));
    expect(() => read({ ...event, body: Buffer.concat([Buffer.of(0), clear]) }, null)).toThrow('never written in clear');
    const smuggled = { ...stored(publicDraft), body: Buffer.concat([Buffer.of(0), clear]) };
    expect(() => read(smuggled, null)).toThrow('another type');
  });

  it('is refused when its JSON is not canonical', () => {
    const event = stored(publicDraft);
    expect(() => read({ ...event, body: Buffer.concat([event.body, Buffer.from(' ')]) }, null)).toThrow('not canonical');
  });

  it.each([2, 3, 0x80, 0xff])('and a sealed one begin with 00 or 01: %d is refused', (flag) => {
    for (const event of [stored(draft()), stored(publicDraft)]) {
      expect(() => read({ ...event, body: Buffer.concat([Buffer.of(flag), event.body.subarray(1)]) })).toThrow(UnreadableEvent);
    }
  });
});

it('shows no plaintext, key or stream in the message of a refusal', () => {
  const event = stored(draft());
  try {
    read(event, keyOf(2));
    throw new Error('it was read');
  } catch (error) {
    expect((error as Error).message).toBe('the body was altered, or belongs to another event or key');
    expect(KEY_ID).not.toContain((error as Error).message);
  }
});
