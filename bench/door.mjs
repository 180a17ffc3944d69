import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

/** A client of a door that costs little: kept connections, bodies as they are, answers read to their end. */
export function doorTo(url, token) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = (path, headers, body, method = 'POST') =>
    new Promise((resolve, reject) => {
      const options = {
        agent,
        method,
        headers: { authorization: `Bearer ${token}`, 'content-length': body.length, 'idempotency-key': randomUUID(), ...headers },
      };
      const asked = request(`${url}${path}`, options, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(pieces).toString() }));
        answer.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  return {
    /** The data of a document; throws when the answer holds errors. */
    async graphql(query, variables) {
      const { text } = await send('/graphql', { 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ query, variables })));
      if (text.includes('"errors"')) throw new Error(text.slice(0, 500));
      return text;
    },
    async put(path, content) {
      const { status, text } = await send(path, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify(content)), 'PUT');
      if (status >= 300) throw new Error(`${status} ${text.slice(0, 500)}`);
    },
    /** One document by multipart, as software sends it. */
    async deposit(handle, metadata, file) {
      const boundary = randomUUID();
      const part = (head) => `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`;
      const body = Buffer.concat([
        Buffer.from(`${part('name="metadata"')}${JSON.stringify(metadata)}\r\n`),
        Buffer.from(part('name="file"; filename="resultats.pdf"\r\nContent-Type: application/pdf')),
        file,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]);
      const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
      const { status, text } = await send(`/api/v1/spaces/${handle}/documents`, headers, body);
      if (status !== 201) throw new Error(`${status} ${text.slice(0, 500)}`);
    },
    close: () => agent.destroy(),
  };
}
