import { Command, Option } from 'commander';
import { runDemo, type DemoOptions } from '../demo/run-demo.js';
import type { Context } from '../context.js';
import { wholeNumber } from './campaign-generate.js';

const HELP = `
Starts everything on an embedded PostgreSQL, invites invented people, lets six weeks pass, and says at each step what happened.
With --event-store kurrentdb the events lie in the EventStoreDB / KurrentDB that KURRENTDB_URL names, which must be empty, or else in a test
server that is started for it. A state folder belongs to one event store.
Without --once the state is kept and the system stays up, with addresses and tokens to try it; Ctrl-C ends it.

Examples:
  $ mes demo
  $ mes demo --once
  $ mes demo --once --event-store kurrentdb
  $ mes demo --count 200 --port 8080 --state-dir /tmp/my-demo
`;

/** `mes demo`: the first look. */
export const demoCommand = (context: Context): Command =>
  new Command('demo')
    .description('live through the first weeks of a campaign with invented people')
    .option('--once', 'end after the story; without --state-dir in a folder that is removed')
    .option('--count <number>', 'people in the file', wholeNumber(20, 100_000), 1_000)
    .option('--port <number>', 'port of the doors (default: 3000, or a free one with --once)', wholeNumber(0, 65_535))
    .addOption(
      new Option('--event-store <kind>', 'where the events lie (default: EVENT_STORE, or postgres)').choices(['postgres', 'kurrentdb']),
    )
    .addHelpText('after', HELP)
    .action((options: DemoOptions, command: Command) => runDemo(context, command, options));
