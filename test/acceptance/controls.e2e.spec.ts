import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instant } from '../../src/domain/shared/time.js';
import { adult } from '../support/beneficiary-lines.js';
import { lifeOn, type Life } from '../support/life.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const INVITATION = 'Votre espace santé va être créé';

async function livingFrom(moment: string, live: (life: Life, running: RunningSystem) => Promise<void>): Promise<void> {
  const running = await openSystem({}, moment as Instant);
  try {
    await live(lifeOn(running), running);
  } finally {
    await running.close();
  }
}
const asked = async (life: Life, path: string): Promise<{ readonly status: number; readonly body: unknown }> =>
  life.rest({ method: 'GET', path, as: 'compliance', headers: { 'x-purpose': 'controle 2022-4' } });
const closing = (space: string) => ({ method: 'PUT', path: `/spaces/${space}/closure`, as: 'alice', body: {} }) as const;

describe('What a controller asks of the service', () => {
  it('question 7: what the person was told, when, how and in which version; what he accepted; in the order in which it was written', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      await life.importing([adult]);
      expect(await life.activate('alice', await life.letterOf(adult, INVITATION))).toMatchObject({ status: 200 });
      const space = await life.handleOf(adult);
      const { body } = await asked(life, `/spaces/${space}/evidence`);
      expect(body).toMatchObject([
        { kind: 'INFORMATION', by: 'system', channel: expect.stringMatching(/EMAIL|POST/), text: '2026-01', stream: 'space', rev: 1 },
        { kind: 'OPENING', by: 'person', detail: 'VOLUNTARY' },
        { kind: 'TERMS', by: 'person', text: '2026-01 / 2026-01', channel: null },
      ]);
      const { body: before } = await asked(life, `/spaces/${space}/evidence?asOf=2022-02-01T00:00:00Z`);
      expect(before).toEqual([]);
      // The look is itself in the history of the person.
      await life.at('2022-02-03T09:00:00.000Z');
      const { body: history } = await life.rest({ method: 'GET', path: `/spaces/${space}/history`, as: 'alice' });
      const seen = expect.objectContaining({ fr: expect.stringMatching(/conformité a consulté les preuves de votre information/) });
      expect(history).toMatchObject({ lines: expect.arrayContaining([seen]) });
    }));

  it('question 3: which version of the matrix held from when, who wanted it and why', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      const { body } = await asked(life, '/controls/matrix-versions');
      expect(body).toMatchObject([{ version: 1, by: 'system', reason: expect.any(String), publishedAt: expect.any(String) }]);
    }));

  it('question 9: nothing is kept beyond its time; what a legal hold keeps is counted apart', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      await life.importing([adult]);
      expect(await life.activate('alice', await life.letterOf(adult, INVITATION))).toMatchObject({ status: 200 });
      const space = await life.handleOf(adult);
      await life.done(closing(space));
      const path = `/spaces/${space}/legal-holds/0f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10`;
      const order = { order: 'TJ-2022-0042', keys: ['content'], second: 'archivist', reviewOn: '2033-01-01T00:00:00.000Z' };
      expect(await life.rest({ method: 'PUT', path, as: 'compliance', body: order })).toMatchObject({ status: 200 });
      await life.at('2032-02-03T22:59:00.000Z');
      expect((await asked(life, '/controls/retention')).body).toMatchObject({ pastArchive: 0, pastErasure: 0, held: 0, underWay: 0 });
      await life.at('2032-02-04T11:00:00.000Z');
      const { body } = await asked(life, '/controls/retention');
      expect(body).toMatchObject({ pastArchive: 0, pastErasure: 0, held: 1, underWay: 0 });
      const held = { state: 'HELD', ground: 'RETENTION', askedOn: null, lateFrom: null, late: false, space, certificate: null };
      expect((await asked(life, '/registers/destructions')).body).toMatchObject({ lines: [held], next: null });
      expect(body).toMatchObject({ oldest: expect.arrayContaining([{ category: 'space', at: expect.stringMatching(/^2022-02-03T/) }]) });
    }));

  it('question 8: every request about rights with its delay, the late ones by themselves', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      const received = { right: 'ACCESS', channel: 'POST', reference: 'COURRIER-2022-0042', receivedOn: '2022-01-20T09:00:00+01:00' };
      const path = '/registers/rights-requests/1f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10';
      expect(await life.rest({ method: 'PUT', path, as: 'agent-3422', body: received })).toMatchObject({ status: 200 });
      await life.at('2022-02-20T22:59:00.000Z');
      expect((await asked(life, '/registers/rights-requests?lateOnly=true')).body).toEqual({ lines: [], next: null });
      await life.at('2022-02-20T23:00:00.000Z');
      expect((await asked(life, '/registers/rights-requests?lateOnly=true')).body).toMatchObject({
        lines: [{ reference: 'COURRIER-2022-0042', dueOn: '2022-02-20T23:00:00.000Z', days: 32, late: true, answer: null }],
      });
      expect(await life.rest({ method: 'PUT', path: `${path}/answer`, as: 'compliance', body: { answer: 'GRANTED' } })).toMatchObject({
        status: 200,
      });
      await life.at('2022-02-21T11:00:00.000Z');
      expect((await asked(life, '/registers/rights-requests?openOnly=true')).body).toEqual({ lines: [], next: null });
      expect((await asked(life, '/registers/rights-requests')).body).toMatchObject({
        lines: [{ answer: 'GRANTED', late: true, days: 32 }],
      });
      // As it stood before it was answered.
      expect((await asked(life, '/registers/rights-requests?asOf=2022-02-10T00:00:00Z')).body).toMatchObject({
        lines: [{ answer: null, late: false, days: 21 }],
      });
    }));

  it('question 11: every breach, and whether the authority knew within 72 hours', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      const path = '/registers/breaches/2f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10';
      const breach = {
        ...{ kinds: ['CONFIDENTIALITY'], facts: 'un envoi au mauvais destinataire', consequences: 'lecture par un tiers' },
        ...{ measures: 'destruction attestée', people: 12 },
      };
      const sent = (awareSince: string) => life.rest({ method: 'PUT', path, as: 'compliance', body: { ...breach, awareSince } });
      // Half past seven in the morning in New York is still to come; eight o'clock in Paris was an hour ago.
      expect(await sent('2022-02-03T07:30:00-05:00')).toMatchObject({ status: 400, body: { code: 'registers/not-yet' } });
      expect(await sent('2022-02-03T08:00:00+01:00')).toMatchObject({ status: 200 });
      await life.at('2022-02-06T06:59:00.000Z');
      expect((await asked(life, '/registers/breaches?lateOnly=true')).body).toEqual({ lines: [], next: null });
      await life.at('2022-02-06T07:00:00.000Z');
      expect((await asked(life, '/registers/breaches?lateOnly=true')).body).toMatchObject({
        lines: [{ people: 12, late: true, risk: null }],
      });
      const judged = { risk: 'UNLIKELY', reason: 'données chiffrées' };
      expect(await life.rest({ method: 'PUT', path: `${path}/risk`, as: 'compliance', body: judged })).toMatchObject({ status: 200 });
      await life.at('2022-02-06T08:00:00.000Z');
      expect((await asked(life, '/registers/breaches?lateOnly=true')).body).toEqual({ lines: [], next: null });
    }));

  it('question 2: the references that this installation has written down, and nothing where it has not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'references-'));
    const path = join(folder, 'references.json');
    const dpia = { reference: 'AIPD-2022-03', date: '2022-01-10' };
    const host = { reference: 'HDS-4711', date: '2021-06-01', validUntil: '2024-05-31' };
    const processor = { name: 'Imprimerie X', purpose: 'lettres', contract: 'M-2021-77' };
    writeFileSync(path, JSON.stringify({ dpia, hostingCertificate: host, processors: [processor] }));
    const running = await openSystem({ CONTROL_REFERENCES_FILE: path }, '2022-02-03T08:00:00.000Z' as Instant);
    try {
      const life = lifeOn(running);
      expect((await asked(life, '/controls/references')).body).toEqual({
        dpia: { ...dpia, validUntil: null },
        securityPolicy: null,
        hostingCertificate: host,
        processors: [{ ...processor, until: null }],
      });
      writeFileSync(path, JSON.stringify({ dpia: { reference: 'AIPD-2022-03' } }));
      expect((await asked(life, '/controls/references')).status).toBe(500);
    } finally {
      await running.close();
    }
  });

  it('question 4: without a list of the identity provider, who used the system, and in words who must say the rest', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      const auditor = { issuer: 'https://idp.example', sub: 'controle-1' };
      const opened = { ...auditor, authority: 'CNIL', until: '2022-03-01T00:00:00Z' };
      expect((await life.rest({ method: 'POST', path: '/auditors', as: 'compliance', body: opened })).status).toBeLessThan(300);
      await life.at('2022-02-04T08:00:00.000Z');
      expect(await life.rest({ method: 'POST', path: '/auditors/endings', as: 'compliance', body: auditor })).toMatchObject({
        status: 200,
      });
      await life.at('2022-02-05T08:00:00.000Z');
      const { body } = await asked(life, '/controls/accounts');
      expect(body).toMatchObject({
        accounts: [
          {
            role: 'auditor',
            state: 'REMOVED',
            lastUse: null,
            grant: { removedOn: expect.stringMatching(/^2022-02-04T/), removedBy: expect.any(String) },
          },
          { role: 'compliance', state: 'NOT_TOLD', grant: null, outsideGrant: null, acts: 2 },
        ],
        listOf: null,
        fr: expect.arrayContaining([expect.stringMatching(/seul le fournisseur d’identité les connaît/)]),
      });
      expect((await asked(life, '/controls/accounts?role=employer')).status).toBe(400);
      expect(await asked(life, '/controls/accounts?cursor=AAAA')).toMatchObject({ status: 400, body: { code: 'query/cursor-unknown' } });
      expect((await life.rest({ method: 'GET', path: '/controls/accounts', as: 'compliance' })).body).toMatchObject({
        code: 'audit/purpose-needed',
      });
    }));

  it('question 1: the register of processing activities names the delays that are in force', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      const { body } = await asked(life, '/controls/processing-register');
      expect(JSON.stringify(body)).toMatch(/10 ans d’archivage/);
      expect(JSON.stringify(body)).toMatch(/6 semaines après l’information/);
    }));
});
