import type { Context } from '../../src/infrastructure/cli/context.js';
import { run } from '../../src/infrastructure/cli/program.js';
import type { RunningSystem } from './system.js';

/** What a line of `mes` wrote. */
export interface Spoken {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `mes` on a system that runs already, in this process: it is neither started nor stopped by the line. */
export function commandLineOn({ system, settings, stateDir }: RunningSystem, over: Pick<Context, 'linesOfPage'> = {}) {
  const environment = { NODE_ENV: 'test', DATABASE_URL: settings.databaseUrl ?? '', STATE_DIR: stateDir, SIMULATED_CLOCK: '1' };
  const running = new Proxy(system, {
    get: (of, name) => (name === 'stop' ? () => Promise.resolve() : (Reflect.get(of, name) as unknown)),
  });
  const mes = async (...argv: readonly string[]): Promise<Spoken> => {
    const [out, err]: [string[], string[]] = [[], []];
    const context: Context = {
      runtime: { environment, root: false, start: () => Promise.resolve(running), generate: () => Promise.resolve([]) },
      out: { write: (text) => out.push(text) },
      err: { write: (text) => err.push(text) },
      interrupted: new Promise(() => undefined),
      ...over,
    };
    const code = await run(argv, context);
    return { code, out: out.join(''), err: err.join('') };
  };
  /** What it answers as JSON. Throws where it fails. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const json = async (...argv: readonly string[]): Promise<any> => {
    const { code, out, err } = await mes('--json', ...argv);
    if (code !== 0) throw new Error(`mes ${argv.join(' ')}: ${code} ${err}`);
    return JSON.parse(out);
  };
  return { mes, json };
}
