import fc from 'fast-check';
import { bodyDigest, leafHash } from '../../../src/infrastructure/eventstore/leaf.js';
import { signCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { signerOf } from '../../../src/infrastructure/seal/note/signed-note.js';
import { BadProof, parseBundle, verifyBundle, type ProofBundle } from '../../../src/infrastructure/seal/proof-bundle.js';
import { proveInclusion } from '../../../src/infrastructure/seal/tree/prove.js';
import { rootOf } from '../../../src/infrastructure/seal/tree/growth.js';
import { planted } from '../../support/planted-tree.js';
import { ORIGIN, sealable, signer } from '../../support/sealing.js';

const SIZE = 300;
const events = Array.from({ length: SIZE }, (_, rev) => sealable('space-0193b1c2-0000-7000-8000-000000000001', rev));
const { edge, source } = planted(events.map(leafHash));
const checkpoint = signCheckpoint({ origin: ORIGIN, size: SIZE, root: rootOf(edge) }, [signer]);

const bundleOf = async (index: number): Promise<ProofBundle> => ({
  format: 'mes-proof-v1',
  header: JSON.parse(Buffer.from(events[index]!.header).toString()) as Record<string, unknown>,
  bodyDigest: bodyDigest(events[index]!.body),
  index,
  inclusion: (await proveInclusion(source, index, SIZE)).map((hash) => Buffer.from(hash).toString('base64')),
  checkpoint,
});

describe('A proof of an event', () => {
  it('holds with nothing but its text and the verifier key', async () => {
    for (const index of [0, 1, 255, 256, SIZE - 1]) {
      const bundle = parseBundle(JSON.stringify(await bundleOf(index)));
      expect(verifyBundle(bundle, [signer])).toMatchObject({ origin: ORIGIN, size: SIZE });
    }
  });

  it('is refused when one character of it is another', async () => {
    const text = JSON.stringify(await bundleOf(77));
    const outcome = (changed: string): unknown => {
      try {
        return verifyBundle(parseBundle(changed), [signer]);
      } catch (error) {
        return error;
      }
    };
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0123456789abcdefABCDEF{}[]",:-+/=x'), (place, character) => {
        fc.pre(text[place] !== character);
        expect(outcome(text.slice(0, place) + character + text.slice(place + 1))).toBeInstanceOf(BadProof);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused under another key, for another place, and for an event that was not sealed', async () => {
    const bundle = await bundleOf(77);
    const stranger = signerOf(ORIGIN, Buffer.alloc(32, 8));
    expect(() => verifyBundle(bundle, [stranger])).toThrow(BadProof);
    expect(() => verifyBundle({ ...bundle, index: 78 }, [signer])).toThrow(BadProof);
    expect(() => verifyBundle({ ...bundle, header: { ...bundle.header, by: 'person' } }, [signer])).toThrow(BadProof);
    expect(() => verifyBundle({ ...bundle, header: { ...bundle.header, rev: 1.5 } }, [signer])).toThrow(BadProof);
  });

  it.each(['', 'null', '[]', '{}', '{"format":"mes-proof-v2"}'])('%j is none', (text) => expect(() => parseBundle(text)).toThrow(BadProof));
});
