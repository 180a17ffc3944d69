import { Command } from 'commander';
import type { Context } from '../context.js';
import { referenceImportCommand } from './reference-import.js';

/** `mes reference …`: rules that others publish, as data. */
export const referenceCommand = (context: Context): Command =>
  new Command('reference').description('official code lists and the authorisation matrix').addCommand(referenceImportCommand(context));
