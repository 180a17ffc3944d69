import { accessDenied, grpc, unauthenticated } from './protocol.mjs';

/** What a new server allows: everything to its administrators, user streams to whoever has a name. */
const DEFAULTS = {
  $userStreamAcl: { $r: '$all', $w: '$all', $d: '$all', $mr: '$all', $mw: '$all' },
  $systemStreamAcl: { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' },
};
const OF_METADATA = { $r: '$mr', $w: '$mw', $d: '$mw' };

/** Who calls, and what he may do. A server without TLS takes everybody for everything: so does the real one. */
export class Access {
  /** `users`: {name: {password, groups}}; null when the server is insecure. */
  constructor(users, store) {
    this.users = users;
    this.store = store;
  }

  /** {name, groups}; null for nobody. Throws when a name comes with a wrong password. */
  callerOf(metadata) {
    const [header] = metadata.get('authorization');
    if (this.users === null || header === undefined) return null;
    const [name, ...password] = Buffer.from(String(header).replace(/^Basic /, ''), 'base64')
      .toString('utf8')
      .split(':');
    const user = this.users[name];
    if (user === undefined || user.password !== password.join(':')) throw unauthenticated();
    return { name, groups: [name, ...(user.groups ?? [])] };
  }

  /** `what`: $r, $w, $d. Throws when the caller may not. */
  demand(call, stream, what) {
    const caller = this.callerOf(call.metadata);
    if (this.users === null || caller?.groups.includes('$admins')) return;
    const isMeta = stream.startsWith('$$');
    const subject = isMeta ? stream.slice(2) : stream;
    const allowed = this.#acl(subject)[isMeta ? OF_METADATA[what] : what];
    const names = Array.isArray(allowed) ? allowed : [allowed];
    if (caller === null || !names.some((one) => one === '$all' || caller.groups.includes(one))) throw accessDenied();
  }

  #acl(stream) {
    const settings = JSON.parse(this.store.read('$settings')?.at(-1)?.data.toString('utf8') ?? '{}');
    const kind = stream.startsWith('$') ? '$systemStreamAcl' : '$userStreamAcl';
    const own = this.store.metadataOf(stream)?.$acl;
    return { ...DEFAULTS[kind], ...settings[kind], ...own };
  }
}

/** Certificates for a server over TLS. */
export const credentialsOf = (tls) =>
  tls === undefined
    ? grpc.ServerCredentials.createInsecure()
    : grpc.ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }]);
