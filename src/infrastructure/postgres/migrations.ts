import type { MigrationInterface } from 'typeorm';
import { DatabaseRoles1795305600001 } from './migrations/0001-database-roles.js';
import { Log1795305600002 } from './migrations/0002-log.js';
import { KeysAndRegistry1795305600003 } from './migrations/0003-keys-and-registry.js';
import { Projections1795305600004 } from './migrations/0004-projections.js';
import { CodeLists1795305600005 } from './migrations/0005-code-lists.js';
import { SpentAssertions1795305600006 } from './migrations/0006-spent-assertions.js';
import { Quarantine1795305600007 } from './migrations/0007-quarantine.js';
import { LeasesAndRanges1795305600008 } from './migrations/0008-leases-and-ranges.js';
import { SealedLog1795305600009 } from './migrations/0009-sealed-log.js';
import { Erasure1795305600010 } from './migrations/0010-erasure.js';
import { AppendAtOnce1795305600011 } from './migrations/0011-append-at-once.js';
import { JudgedOnArrival1795305600012 } from './migrations/0012-judged-on-arrival.js';
import { SealComparisons1795305600014 } from './migrations/0014-seal-comparisons.js';
import { ExportJobs1795305600015 } from './migrations/0015-export-jobs.js';
import { Witnesses1795305600016 } from './migrations/0016-witnesses.js';
import { Copies1795305600020 } from './migrations/0020-copies.js';
import { EpochsWalked1795305600022 } from './migrations/0022-epochs-walked.js';
import { UncountedHandles1795305600023 } from './migrations/0023-uncounted-handles.js';
import { AskedDestructions1795305600024 } from './migrations/0024-asked-destructions.js';
import { JudgedBeforeTheHead1795305600025 } from './migrations/0025-judged-before-the-head.js';
import { DestructionsLeftAlone1795305600026 } from './migrations/0026-destructions-left-alone.js';
import { WhatDestructionsLeave1795305600027 } from './migrations/0027-what-destructions-leave.js';
import { DeadlinesOfASpace1795305600028 } from './migrations/0028-deadlines-of-a-space.js';
import { KeysLeftBehind1795305600029 } from './migrations/0029-keys-left-behind.js';
import { DestructionsCounted1795305600030 } from './migrations/0030-destructions-counted.js';
import { HeadsInOrder1795305600031 } from './migrations/0031-heads-in-order.js';
import { NotProjected1795305600032 } from './migrations/0032-not-projected.js';
import { SentMails1795305600033 } from './migrations/0033-sent-mails.js';
import { EndedStreams1795305600034 } from './migrations/0034-ended-streams.js';

/** Every migration, in the order of its number. Adding one is an import and a line here; a released one is never altered. */
export const migrations: readonly (new () => MigrationInterface)[] = [
  DatabaseRoles1795305600001,
  Log1795305600002,
  KeysAndRegistry1795305600003,
  Projections1795305600004,
  CodeLists1795305600005,
  SpentAssertions1795305600006,
  Quarantine1795305600007,
  LeasesAndRanges1795305600008,
  SealedLog1795305600009,
  Erasure1795305600010,
  AppendAtOnce1795305600011,
  JudgedOnArrival1795305600012,
  SealComparisons1795305600014,
  ExportJobs1795305600015,
  Witnesses1795305600016,
  Copies1795305600020,
  EpochsWalked1795305600022,
  UncountedHandles1795305600023,
  AskedDestructions1795305600024,
  JudgedBeforeTheHead1795305600025,
  DestructionsLeftAlone1795305600026,
  WhatDestructionsLeave1795305600027,
  DeadlinesOfASpace1795305600028,
  KeysLeftBehind1795305600029,
  DestructionsCounted1795305600030,
  HeadsInOrder1795305600031,
  NotProjected1795305600032,
  SentMails1795305600033,
  EndedStreams1795305600034,
];
