import type { AccessQuestions } from '../../application/access/access.questions.js';
import type { MatrixOrders } from '../../application/access/matrix.orders.js';
import type { AlertRuleOrders } from '../../application/audit/alert-rules.orders.js';
import type { CaseOrders } from '../../application/audit/cases.orders.js';
import type { ComplianceQuestions } from '../../application/audit/compliance.questions.js';
import type { ExportOrders } from '../../application/audit/export.orders.js';
import type { QuarantineOrders } from '../../application/audit/quarantine.orders.js';
import type { RealignmentOrders } from '../../application/audit/realignment.orders.js';
import type { WrappingKeys } from '../../application/audit/wrapping-keys.js';
import type { WrappingKeyOrders } from '../../application/audit/wrapping-keys.orders.js';
import type { CampaignImport } from '../../application/enrolment/campaign-import.js';
import type { CampaignOrders } from '../../application/enrolment/campaign.orders.js';
import type { SpaceOrders } from '../../application/enrolment/space.orders.js';
import type { SpaceQuestions } from '../../application/enrolment/space.questions.js';
import type { NoticeQuestions } from '../../application/notices/notices.questions.js';
import type { CodeListImport } from '../../application/record/code-list-import.js';
import type { RecordQuestions } from '../../application/record/record.questions.js';
import type { ReplayQuestions } from '../../application/replay/replay.questions.js';
import type { WhatIfQuestions } from '../../application/replay/what-if.questions.js';
import type { Sweep, SweepCounts } from '../../application/record/orphan-sweep.js';
import type { AccountQuestions } from '../../application/registers/accounts.questions.js';
import type { ControlQuestions } from '../../application/registers/controls.questions.js';
import type { RegisterOrders } from '../../application/registers/registers.orders.js';
import type { EndingOrders } from '../../application/enrolment/ending.orders.js';
import type { EventStore } from '../../application/shared/event-store.js';
import type { FactReader } from '../../application/shared/fact-reader.js';
import type { Clock } from '../../application/shared/ports.js';
import type { DestructionGround } from '../../domain/shared/destruction-ground.js';
import type { EndingQuestions } from '../../application/enrolment/ending.questions.js';
import type { SimulatedClock } from '../clock/simulated-clock.js';
import type { PersonaName } from '../identity/personas.js';
import type { SealDesk } from '../seal/seal-desk.js';
import type { Settings } from '../settings/settings.js';

/** How one read model was rebuilt. */
export interface Rebuilt {
  readonly name: string;
  readonly events: number;
}
/** One part of the system and whether it works; `detail` holds no stored data. */
export interface PartHealth {
  readonly part: string;
  readonly healthy: boolean;
  readonly detail: string;
}

/** Destructions of spaces, as an archivist sees them. */
export interface Destructions {
  /** How many stand at which step. */
  underWay(): Promise<
    readonly { readonly ground: DestructionGround; readonly scope: string; readonly step: string; readonly count: number }[]
  >;
  /** Does every step that is due, of one space or of all; how many. What must wait goes on by itself where the role `timers` runs. */
  drain(handle: string | null): Promise<number>;
}

/** A running system, as the command line drives it. */
export interface System {
  readonly orders: SpaceOrders;
  readonly questions: SpaceQuestions;
  readonly access: AccessQuestions;
  readonly records: RecordQuestions;
  readonly notices: NoticeQuestions;
  readonly replay: ReplayQuestions;
  readonly whatIf: WhatIfQuestions;
  readonly campaigns: CampaignOrders;
  readonly import: CampaignImport;
  readonly codeLists: CodeListImport;
  readonly matrices: MatrixOrders;
  readonly quarantine: QuarantineOrders;
  readonly compliance: ComplianceQuestions;
  readonly cases: CaseOrders;
  readonly alertRules: AlertRuleOrders;
  /** Gives read models what they held back of spaces that go on again; how many lines were settled. */
  settleRows(): Promise<number>;
  readonly clock: Clock;
  /** Null when the clock is the machine's. */
  readonly simulatedClock: SimulatedClock | null;
  readonly eventStore: EventStore;
  /** The log, opened. */
  readonly facts: FactReader;
  readonly readModels: {
    /** Rebuilds one read model by its name, or all of them; throws RangeError on an unknown name. */
    rebuild(name: string | undefined): Promise<readonly Rebuilt[]>;
  };
  readonly registers: RegisterOrders;
  readonly controls: ControlQuestions;
  readonly accounts: AccountQuestions;
  readonly endings: EndingOrders;
  readonly endingQuestions: EndingQuestions;
  readonly destructions: Destructions;
  /** Deletes (`dryRun`: counts) the stored objects that no event names. Throws StoreUnavailable, NamesOutOfReach. */
  sweepOrphans(sweep: Pick<Sweep, 'dryRun' | 'progress'>): Promise<SweepCounts>;
  readonly exports: ExportOrders;
  /** Does every step of approved exports that is due now; how many. What is under way ends with the signal, and is begun anew later. */
  makeExports(signal: AbortSignal): Promise<number>;
  readonly seal: SealDesk;
  readonly wrappingKeys: WrappingKeyOrders;
  readonly realignment: RealignmentOrders;
  readonly keks: WrappingKeys;
  /** Where the doors are (`http://127.0.0.1:3000`); null without the role `api`. */
  readonly url: string | null;
  /** Fires every deadline that is due now; how many. */
  fireDue(): Promise<number>;
  /** Resolves when read models, processes and messages have taken all that lay in the log at the time of the call. */
  waitUntilCaughtUp(): Promise<void>;
  /** A token of the local issuer, by the clock of the system. Throws when the settings have none. */
  token(persona: PersonaName): Promise<string>;
  health(): Promise<readonly PartHealth[]>;
  stop(): Promise<void>;
}

/** What the command line needs from the rest: given by the composition root, so that commands know no adapter. */
export interface Runtime {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly root: boolean;
  /**
   * Starts what these roles need; an empty list starts the buses and the read side without any worker. `ahead`: also where the registry is ahead of its log,
   * which nothing follows then.
   */
  start(settings: Settings, options: { readonly roles: readonly string[]; readonly ahead?: boolean }): Promise<System>;
  /** Writes the generated references and schemas below this folder; their paths. */
  generate(folder: string): Promise<readonly string[]>;
}
