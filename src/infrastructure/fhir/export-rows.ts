import type { AuditorEvent } from '../../domain/audit/auditors.js';
import type { ExportEvent } from '../../domain/audit/export-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { creates, deletes, reads, updates, type Row } from './rows.js';

type Fact = ExportEvent | AuditorEvent;

/** Exports and the accounts of auditors. What leaves is a disclosure, from the moment the package exists. */
export const exportRows: { readonly [T in Fact['type']]: Row<Of<Fact, T>> } = {
  ExportRequested: creates('Basic'),
  ExportApproved: updates('Basic'),
  ExportRefused: updates('Basic'),
  ExportCancelled: updates('Basic'),
  ExportExpired: updates('Basic'),
  ExportStarted: updates('Basic'),
  ExportGenerated: { as: 'Disclosure', recipient: ({ recipient }) => recipient },
  ExportFailed: updates('Basic'),
  ExportResumed: updates('Basic'),
  ExportDownloaded: reads('Basic'),
  ExportRemoved: deletes('Basic'),
  AuditorRegistered: creates('Basic'),
  AuditorEnded: updates('Basic'),
};
