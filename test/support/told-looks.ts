import { randomUUID } from 'node:crypto';
import type { Look } from '../../src/domain/audit/look.js';
import { nameOf, type Actor } from '../../src/domain/shared/actor.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import type { Platform } from '../../src/infrastructure/system/platform.js';
import { spaceFacts } from './enrolment-facts.js';
import { meta } from './sealed-log.js';

/** Who looked, as the token of his request stated him; `sub` is his account. */
export function actorOf({ role, profession, sector, facility, name }: Look, sub: string): Actor {
  const subject = { issuer: 'https://idp.example', sub };
  if (role === 'support') return { role, subject, assurance: 'substantial' };
  const [system = '', code = ''] = (profession ?? '').split('|');
  const place = facility === null ? null : { id: facility, name: `Centre ${facility}` };
  const stated = { id: sub, name: name.join(' '), profession: { system, code }, facility: place, regulating: false };
  const professional = { ...stated, ...(sector === null ? {} : { sector }) };
  return { role: 'professional', subject, assurance: 'high', professional };
}

/** Accesses as the gate would have written them, at this moment, in the streams of a running installation. */
export function telling({ journal, clock, secrets }: Platform) {
  const write = async (stream: StreamName, who: Actor, facts: readonly Tagged[], around: object = {}): Promise<void> => {
    const { revision: expected } = await journal.read(stream);
    await journal.append({ stream, expected, facts, at: clock.now(), meta: meta({ who, ...around }) });
  };
  /** Somebody with this name has the space. */
  const declare = (
    space: string,
    who: { readonly ins: string; readonly handle: string; readonly familyName: string; readonly givenNames: string },
  ): Promise<void> => write(`space-${space}`, { role: 'system', name: 'import' }, [{ ...spaceFacts.PersonDeclaredEligible, ...who }]);

  const tell = async (look: Look, sub: string, space: string): Promise<void> => {
    const who = actorOf(look, sub);
    const { kind, action, mode, reason, secret, purpose, document, times } = look;
    const outcome = kind === 'REFUSED' ? ('DENY' as const) : ('ALLOW' as const);
    const ground = { outcome, rule: '4b', reason: reason ?? '', mode, matrix: 1, facts: [] };
    const around = { ground, ...(secret ? { secret: true as const } : {}), ...(purpose ? { purpose: 'appel 17' } : {}) };
    const [until, grantee] = ['2099-01-01T00:00:00.000Z', { kind: 'PROFESSIONAL', id: sub }];
    if (kind === 'CONSENT') {
      const consent = { consent: randomUUID(), grantee, basis: 'CARE_TEAM', scope: ['CONSULT'], means: 'ORAL', until };
      return write(`access-${space}`, who, [{ type: 'AccessConsentRecorded', v: 1, ...consent } as Tagged], around);
    }
    if (kind === 'EMERGENCY') {
      const opened = { professional: sub, mode, reason: 'patient inconscient', until };
      return write(`access-${space}`, who, [{ type: 'BreakGlassUsed', v: 1, ...opened } as Tagged], around);
    }
    if (kind === 'REFUSED') {
      const minute = clock.now().slice(0, 16);
      const denied = { type: 'AccessDenied', v: 1, action, target: space, reason, minute };
      const again = { type: 'AccessDeniedAgain', v: 1, target: space, reason, minute, count: times - 1 };
      return write(`actor-${secrets.digest('actor', nameOf(who))}`, who, [denied, ...(times > 1 ? [again] : [])] as Tagged[], around);
    }
    const its = { action, ...(document === null ? {} : { document }) };
    return write(`passage-${space}`, who, [{ type: 'AccessGranted', v: 1, ...its } as Tagged], around);
  };
  return { declare, tell };
}
