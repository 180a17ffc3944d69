import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { sendContent } from '../../src/infrastructure/api/record/content-answer.js';

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The name under which a browser saves a document of this title. */
function nameOf(title: string): string {
  const said: Record<string, unknown> = {};
  const reply = { headers: (more: object) => Object.assign(said, more), send: () => reply };
  sendContent(reply as unknown as FastifyReply, {
    title,
    mediaType: 'application/pdf',
    size: 0,
    range: { start: 0, end: 0 },
    bytes: nothing(),
  });
  return decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(String(said['content-disposition']))?.[1] ?? '');
}

const A = 'a'.repeat(98);

describe('The name of a document that is handed out', () => {
  it('is its title, without what a file system or a header takes for something else', () => {
    expect(nameOf('Bilan 3/4, "glycémie": 100%')).toBe('Bilan 3 4,  glycémie  100.pdf');
  });

  it.each([
    [`${A}😀é`, `${A}😀é.pdf`],
    [`${A}a😀é`, `${A}a😀.pdf`],
    [`${A}aa😀é`, `${A}aa.pdf`],
  ])('is cut between whole characters: %s', (title, name) => {
    expect(nameOf(title)).toBe(name);
  });
});
