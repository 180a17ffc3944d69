import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Journal } from '../../../application/shared/ports.js';
import { Vitals, type SealState } from './vitals.js';

const WITNESS_TROUBLES = ['away', 'refused', 'contradicts'] as const;

/** Figures for Prometheus. Labels are names of ours, never anything about a person. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Answered requests by method, template of the route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });
  private readonly commands = new Counter({
    name: 'commands_total',
    help: 'Commands by name and outcome: done, or the kind of refusal.',
    labelNames: ['command', 'outcome'] as const,
    registers: [this.registry],
  });
  private readonly lag = new Gauge({
    name: 'projection_lag_positions',
    help: 'Positions between the head of the log and a read model: events in PostgreSQL, bytes of the log in KurrentDB.',
    labelNames: ['projection'] as const,
    registers: [this.registry],
  });
  private readonly failed = new Gauge({
    name: 'projection_failed',
    help: '1 when a read model stopped on an event.',
    labelNames: ['projection'] as const,
    registers: [this.registry],
  });
  private readonly processLag = new Gauge({
    name: 'process_lag_positions',
    help: 'Positions between the head of the log and what a process or messenger has reacted to. One that stopped, or that nobody runs, falls ever further behind.',
    labelNames: ['process'] as const,
    registers: [this.registry],
  });
  private readonly quarantined = new Gauge({
    name: 'quarantined_events',
    help: 'Events that cannot be read, or on which a read model fails, and that wait for an operator; their spaces stand still.',
    registers: [this.registry],
  });
  private readonly head = new Gauge({
    name: 'log_head_position',
    help: 'Position of the last event. Its rate is that of the log: in events in PostgreSQL, in bytes in KurrentDB.',
    registers: [this.registry],
  });

  private readonly refusedByClock = new Counter({
    name: 'log_appends_refused_by_clock_total',
    help: 'Appends refused because the clock of this process is off that of the event store.',
    registers: [this.registry],
  });
  private readonly sealed = new Gauge({
    name: 'seal_size',
    help: 'Events in the sealed log.',
    registers: [this.registry],
  });
  private readonly unsealed = new Gauge({
    name: 'seal_lag_positions',
    help: 'Positions between the head of the log and the last sealed event.',
    registers: [this.registry],
  });
  private readonly sealStopped = new Gauge({
    name: 'seal_stopped',
    help: '1 when the sealer stopped because the log is not as it was sealed.',
    registers: [this.registry],
  });
  private readonly sealFindings = new Gauge({
    name: 'seal_findings',
    help: 'What comparisons of log and seal found, until one that covers it finds nothing.',
    registers: [this.registry],
  });
  private readonly published = new Gauge({
    name: 'seal_published_size',
    help: 'Events under the head of the sealed log that the outside is shown.',
    registers: [this.registry],
  });
  private readonly withoutQuorum = new Gauge({
    name: 'seal_published_without_quorum',
    help: '1 when that head went out without the quorum of the witnesses.',
    registers: [this.registry],
  });
  private readonly witnessTrouble = new Gauge({
    name: 'seal_witness_trouble',
    help: '1 when a witness is away, refuses our heads, or (contradicts) was shown another history under our key.',
    labelNames: ['witness', 'trouble'] as const,
    registers: [this.registry],
  });

  constructor(
    private readonly vitals: Vitals,
    private readonly journal: Journal,
  ) {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  answered(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }

  commanded(command: string, outcome: string): void {
    this.commands.inc({ command, outcome });
  }

  private witnessed({ published, quorum, witnesses }: SealState): void {
    this.published.set(published);
    this.withoutQuorum.set(quorum ? 0 : 1);
    this.witnessTrouble.reset();
    for (const { label, trouble } of witnesses)
      for (const kind of WITNESS_TROUBLES) this.witnessTrouble.set({ witness: label, trouble: kind }, trouble === kind ? 1 : 0);
  }

  /** The exposition format, with the figures that are looked up at this moment. */
  async exposition(): Promise<string> {
    const [projections, processes, head, quarantined, seal] = await Promise.all([
      this.vitals.projections(),
      this.vitals.processes(),
      this.journal.head(),
      this.vitals.quarantine(),
      this.vitals.seal(),
    ]);
    for (const { name, lag, failed } of projections) {
      this.lag.set({ projection: name }, Number(lag));
      this.failed.set({ projection: name }, failed ? 1 : 0);
    }
    for (const { name, lag } of processes) this.processLag.set({ process: name }, Number(lag));
    this.sealed.set(seal.size);
    this.unsealed.set(Number(seal.lag));
    this.sealStopped.set(seal.trouble === null ? 0 : 1);
    this.sealFindings.set(seal.findings);
    this.witnessed(seal);
    this.quarantined.set(quarantined);
    this.head.set(Number(head));
    this.refusedByClock.reset();
    this.refusedByClock.inc(this.vitals.refusedByClock());
    return this.registry.metrics();
  }
}
