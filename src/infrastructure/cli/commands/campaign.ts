import { Command } from 'commander';
import type { Context } from '../context.js';
import { generateBeneficiariesCommand } from './campaign-generate.js';
import { importCommand } from './campaign-import.js';
import { openDueCommand, pauseCommand, reportCommand, resumeCommand } from './campaign-run.js';

/** `mes campaign …`: what operators do with mailing campaigns. */
export function campaignCommand(context: Context): Command {
  const group = new Command('campaign').description('mailing campaigns: files in, invitations out, openings when they are due');
  const commands = [generateBeneficiariesCommand, importCommand, openDueCommand, pauseCommand, resumeCommand, reportCommand];
  for (const make of commands) group.addCommand(make(context));
  return group;
}
