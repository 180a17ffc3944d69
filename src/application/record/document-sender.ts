import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { DocumentCommand } from '../../domain/record/document-vocabulary.js';
import { categoryOf, idOf, type StreamName } from '../../domain/shared/fact.js';
import { senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import type { DomainCommand, Sender } from '../shared/domain-command.js';
import { documentCommands } from './record.commands.js';

type Named = new (id: string, wish: Omit<DocumentCommand, 'type'>, sender: Sender) => DomainCommand<DocumentCommand>;

type More = Pick<Sender, 'words' | 'archived'>;

/** Brings a wish about a document to the stream the document lies in. */
@Injectable()
export class DocumentSender {
  constructor(private readonly bus: CommandBus) {}

  /** `more`: what goes with some wishes only (see Order). Throws Refused, StoreUnavailable. */
  send(stream: StreamName, space: string, { type, ...wish }: DocumentCommand, caller: Caller, more: More = {}): Promise<Receipt> {
    const Command = documentCommands[categoryOf(stream) === 'veil' ? 'veil' : 'record'][type] as Named;
    return this.bus.execute(new Command(idOf(stream), wish, { ...senderOf(caller), space, ...more }));
  }
}
