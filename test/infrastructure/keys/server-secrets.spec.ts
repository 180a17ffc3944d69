import { createHmac, hkdfSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { eventId } from '../../../src/infrastructure/eventstore/event-id.js';
import { SecretFile } from '../../../src/infrastructure/keys/secret-file.js';
import { ServerSecrets } from '../../../src/infrastructure/keys/server-secrets.js';

let folder: string;
let file: SecretFile;
let secrets: ServerSecrets;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mes-secrets-'));
  file = await SecretFile.open(join(folder, 'secrets.json'), {});
  secrets = new ServerSecrets(file);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a keyed digest', () => {
  it('is the same for the same parts, and 43 characters of base64url', () => {
    expect(secrets.digest('command', 'a', 'b')).toBe(new ServerSecrets(file).digest('command', 'a', 'b'));
    expect(secrets.digest('command', 'a')).toMatch(/^[\w-]{43}$/);
  });

  it('is an HMAC under a key of its use, over each part behind its length: what was written keeps its name for ever', () => {
    const [{ secret }] = file.all('server');
    const key = Buffer.from(hkdfSync('sha256', secret, '', 'mes-server-v1:digest:command', 32));
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (parts) => {
        const hmac = createHmac('sha256', key);
        for (const part of parts) {
          const length = Buffer.alloc(4);
          length.writeUInt32BE(Buffer.from(part).length);
          hmac.update(length).update(part);
        }
        expect(secrets.digest('command', ...parts)).toBe(hmac.digest('base64url'));
      }),
    );
  });

  it.each([
    ['another purpose', 'content', ['a', 'b']],
    ['parts cut elsewhere', 'command', ['ab']],
    ['parts cut elsewhere', 'command', ['', 'ab']],
    ['another order', 'command', ['b', 'a']],
    ['one part more', 'command', ['a', 'b', '']],
  ] as const)('differs with %s', (_what, purpose, parts) => {
    expect(secrets.digest(purpose, ...parts)).not.toBe(secrets.digest('command', 'a', 'b'));
  });

  it('differs under the secrets of another installation', async () => {
    const other = new ServerSecrets(await SecretFile.open(join(folder, 'other.json'), {}));
    expect(other.digest('code', 'a')).not.toBe(secrets.digest('code', 'a'));
  });
});

describe('a provisional code', () => {
  let codes: string[];
  beforeAll(() => (codes = Array.from({ length: 3000 }, (_, issue) => secrets.provisionalCode('space-1', String(issue)))));

  it('is ten characters that nobody confuses, the same every time for the same seed of a space', () => {
    for (const code of codes) expect(code).toMatch(/^[23456789ABCDEFGHJKMNPQRSTVWXYZ]{10}$/);
    expect(secrets.provisionalCode('space-1', '7')).toBe(codes[7]);
    expect(secrets.provisionalCode('space-2', '7')).not.toBe(codes[7]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('favours no character in any place', () => {
    for (let place = 0; place < 10; place++) {
      const counts = new Map<string, number>();
      for (const code of codes) counts.set(code.charAt(place), (counts.get(code.charAt(place)) ?? 0) + 1);
      const square = [...counts.values()].reduce((sum, seen) => sum + (seen - 100) ** 2 / 100, (30 - counts.size) * 100);
      // 29 degrees of freedom: a fair code passes 90 less than once in ten million runs.
      expect(square).toBeLessThan(90);
    }
  });
});

describe('a position token', () => {
  it('comes back as the position, and says nothing: two for one position differ', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (position) => {
        const token = secrets.positionToken(position);
        expect(token).toMatch(/^[\w-]{48}$/);
        expect(secrets.positionOf(token)).toBe(position);
        expect(secrets.positionToken(position)).not.toBe(token);
      }),
    );
  });

  it('is refused when any character is changed, and when it is not ours at all', async () => {
    const token = secrets.positionToken(42n);
    for (let i = 0; i < token.length; i++) {
      const changed = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
      expect(secrets.positionOf(changed)).toBeNull();
    }
    for (const text of ['', 'x', '!'.repeat(48), `${token}A`, token.slice(0, -4), `${token}=`]) expect(secrets.positionOf(text)).toBeNull();
    const other = new ServerSecrets(await SecretFile.open(join(folder, 'third.json'), {}));
    expect(secrets.positionOf(other.positionToken(42n))).toBeNull();
  });

  it('is still read after a new epoch of the secret', async () => {
    const rotating = await SecretFile.open(join(folder, 'rotating.json'), {});
    const token = new ServerSecrets(rotating).positionToken(9n);
    await rotating.add('server');
    expect(new ServerSecrets(rotating).positionOf(token)).toBe(9n);
  });
});

describe('the id of an event', () => {
  it('is a UUID of version 8, the same for the same command, stream and index only', () => {
    const id = eventId(secrets, 'command-1', 'space-1', 0);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(eventId(secrets, 'command-1', 'space-1', 0)).toBe(id);
    const others = [
      eventId(secrets, 'command-2', 'space-1', 0),
      eventId(secrets, 'command-1', 'space-2', 0),
      eventId(secrets, 'command-1', 'space-1', 1),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});
