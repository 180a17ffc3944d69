import type { Type } from '@nestjs/common';
import type { DocumentCommand, Place } from '../../domain/record/document-vocabulary.js';
import { record, veil } from '../../domain/record/documents.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends DocumentCommand['type']> = Of<DocumentCommand, T>;

export class DepositDocument extends DomainCommand<Wish<'DepositDocument'>> {}
export class ChangeConfidentiality extends DomainCommand<Wish<'ChangeConfidentiality'>> {}
export class ArchiveDocument extends DomainCommand<Wish<'ArchiveDocument'>> {}
export class UnarchiveDocument extends DomainCommand<Wish<'UnarchiveDocument'>> {}
export class UnpublishDocument extends DomainCommand<Wish<'UnpublishDocument'>> {}
export class DiscardDeposits extends DomainCommand<Wish<'DiscardDeposits'>> {}
export class DeleteDocuments extends DomainCommand<Wish<'DeleteDocuments'>> {}
export class RecordAnnouncement extends DomainCommand<Wish<'RecordAnnouncement'>> {}
export class RemindOfAnnouncement extends DomainCommand<Wish<'RemindOfAnnouncement'>> {}
export class RevealDocument extends DomainCommand<Wish<'RevealDocument'>> {}

export class DepositUnderVeil extends DomainCommand<Wish<'DepositDocument'>> {}
export class ChangeConfidentialityUnderVeil extends DomainCommand<Wish<'ChangeConfidentiality'>> {}
export class ArchiveUnderVeil extends DomainCommand<Wish<'ArchiveDocument'>> {}
export class UnarchiveUnderVeil extends DomainCommand<Wish<'UnarchiveDocument'>> {}
export class UnpublishUnderVeil extends DomainCommand<Wish<'UnpublishDocument'>> {}
export class DiscardUnderVeil extends DomainCommand<Wish<'DiscardDeposits'>> {}
export class DeleteUnderVeil extends DomainCommand<Wish<'DeleteDocuments'>> {}
export class AnnounceUnderVeil extends DomainCommand<Wish<'RecordAnnouncement'>> {}
export class RemindUnderVeil extends DomainCommand<Wish<'RemindOfAnnouncement'>> {}
export class RevealUnderVeil extends DomainCommand<Wish<'RevealDocument'>> {}

type Commands = { readonly [T in DocumentCommand['type']]: Type<DomainCommand<Wish<T>>> };

/** The commands of documents, by where the document lies: the same wishes, decided by the same rules, in two kinds of streams. */
export const documentCommands: Readonly<Record<Place, Commands>> = {
  record: {
    DepositDocument,
    ChangeConfidentiality,
    ArchiveDocument,
    UnarchiveDocument,
    UnpublishDocument,
    DiscardDeposits,
    DeleteDocuments,
    RecordAnnouncement,
    RemindOfAnnouncement,
    RevealDocument,
  },
  veil: {
    DepositDocument: DepositUnderVeil,
    ChangeConfidentiality: ChangeConfidentialityUnderVeil,
    ArchiveDocument: ArchiveUnderVeil,
    UnarchiveDocument: UnarchiveUnderVeil,
    UnpublishDocument: UnpublishUnderVeil,
    DiscardDeposits: DiscardUnderVeil,
    DeleteDocuments: DeleteUnderVeil,
    RecordAnnouncement: AnnounceUnderVeil,
    RemindOfAnnouncement: RemindUnderVeil,
    RevealDocument: RevealUnderVeil,
  },
};

export const documentHandlers = [...handlersOf(record, documentCommands.record), ...handlersOf(veil, documentCommands.veil)];
