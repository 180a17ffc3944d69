import { execFile } from 'node:child_process';
import { chown, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The system account PostgreSQL runs under. `ids` is empty when it is the account of this process. */
export interface Account {
  readonly uid: number;
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

/** PostgreSQL refuses to run as root, so root hands it to one of these; initdb needs an account listed in /etc/passwd. */
const SERVICE_ACCOUNTS = ['postgres', 'nobody'];

export const runsAsRoot = (): boolean => process.getuid?.() === 0;

export function ownAccount(): Account {
  return { uid: process.getuid?.() ?? -1, ids: {} };
}

/** The account for a new data directory when this process is root. */
export async function serviceAccount(): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of SERVICE_ACCOUNTS) {
    const found = lines.find((fields) => fields[0] === name);
    if (found) return otherAccount(Number(found[2]), Number(found[3]));
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and this system has none of the accounts ${SERVICE_ACCOUNTS.join(', ')}. ` +
      'Create one, start as another user, or set DATABASE_URL to a server of your own.',
  );
}

/** The account that owns an existing data directory keeps it, whoever starts us. */
export async function ownerOf(path: string): Promise<Account> {
  const { uid, gid } = await stat(path);
  return otherAccount(uid, gid);
}

/** Gives a file or folder made by root to the account. */
export async function handOver(path: string, account: Account): Promise<void> {
  const { uid, gid } = account.ids;
  if (uid !== undefined && gid !== undefined) await chown(path, unsigned(uid), unsigned(gid));
}

/** Whether the account can enter this folder: a parent folder closed to others (a 0700 home) forbids it. */
export async function canEnter(directory: string, account: Account): Promise<boolean> {
  return succeeds('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], account);
}

/** Whether the command ends with 0 under this account. Standard error of a failure goes to `onFailure`. */
export async function succeeds(
  command: string,
  args: readonly string[],
  account: Account,
  onFailure: (reason: string) => void = () => undefined,
): Promise<boolean> {
  return run(command, [...args], { ...account.ids, cwd: '/', env: SERVER_ENVIRONMENT }).then(
    () => true,
    (error: unknown) => {
      onFailure(String(error).trim());
      return false;
    },
  );
}

/** English messages and UTC whatever the machine says; nothing else of our environment reaches the server. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };

// macOS counts nobody as -2: its files show it unsigned, and starting a program under it takes it signed.
const unsigned = (id: number): number => id >>> 0;
const signed = (id: number): number => id | 0;

function otherAccount(uid: number, gid: number): Account {
  return unsigned(uid) === process.getuid?.() ? ownAccount() : { uid: unsigned(uid), ids: { uid: signed(uid), gid: signed(gid) } };
}
