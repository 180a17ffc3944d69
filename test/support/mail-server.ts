import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a mail server says to a sender, to a recipient and to the text of a message. */
export interface Answers {
  sender?: string;
  recipient?: string;
  text?: string;
}

/** A mail server that takes what it is sent, as often as it is sent, or answers as it is told (RFC 5321). */
export async function mailServer(answers: Answers = {}) {
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let data: string | null = null;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test');
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (data !== null) {
          if (line === '.') {
            const answer = answers.text ?? '250 taken';
            if (answer.startsWith('250')) mails.push(data);
            data = null;
            say(answer);
          } else data += `${line}\r\n`;
        } else if (line.startsWith('MAIL')) say(answers.sender ?? '250 ok');
        else if (line.startsWith('RCPT')) say(answers.recipient ?? '250 ok');
        else if (line === 'DATA') {
          data = '';
          say('354 go on');
        } else say('250 ok');
      }
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    mails,
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
