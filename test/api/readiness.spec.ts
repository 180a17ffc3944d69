import { tmpdir } from 'node:os';
import { jest } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { HealthController } from '../../src/infrastructure/api/health/health.controller.js';
import type { Metrics } from '../../src/infrastructure/api/health/metrics.js';
import type { Vitals } from '../../src/infrastructure/api/health/vitals.js';
import type { Settings } from '../../src/infrastructure/settings/settings.js';

/** The door that needs no token, over parts that count how often they are asked. */
function door() {
  let asked = 0;
  let away = false;
  const vitals = {
    database: async () => {
      asked += 1;
      if (away) throw new Error('away');
    },
    eventStore: async () => undefined,
    projections: async () => [],
    antivirus: async () => true,
    quarantine: async () => 0,
    seal: async () => ({ trouble: null, findings: 0 }),
  };
  const controller = new HealthController(vitals as unknown as Vitals, { stateDir: tmpdir() } as Settings, {} as Metrics);
  const said: number[] = [];
  const reply = { status: (code: number) => void said.push(code) } as unknown as FastifyReply;
  return {
    ready: () => controller.ready(reply),
    said,
    asked: () => asked,
    goAway: () => (away = true),
  };
}

describe('Whether the system is ready', () => {
  let now = 0;
  beforeEach(() => void jest.spyOn(performance, 'now').mockImplementation(() => now));
  afterEach(() => void jest.restoreAllMocks());

  it('is looked at once a second, however many ask', async () => {
    const its = door();
    await Promise.all(Array.from({ length: 500 }, () => its.ready()));
    now += 999;
    await its.ready();
    expect(its.asked()).toBe(1);
    expect(new Set(its.said)).toEqual(new Set([200]));
  });

  it('is looked at anew after a second', async () => {
    const its = door();
    await its.ready();
    its.goAway();
    now += 1_000;
    expect(await its.ready()).toMatchObject({ status: 'failed', checks: { database: 'failed', eventStore: 'ok' } });
    expect([its.asked(), its.said]).toEqual([2, [200, 503]]);
  });
});
