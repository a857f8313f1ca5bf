import { type Running, startProcess } from '../support/process.ts';
import { endsWithUs } from './leftovers.ts';
import { freePort } from './postgres.ts';
import { until, within } from './wait.ts';

/** One node of the real server, always on the same port. */
export interface Node extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  /** As `/ready` says; false too when nobody answers. */
  isReady(): Promise<boolean>;
  /** Starts it again, as often as it takes: without its database it ends. */
  start(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
  /** Lets it end in its own way. @throws when that is not a clean one */
  drain(): Promise<void>;
  /** Holds its process, which keeps its sockets and answers nobody. */
  freeze(): void;
  thaw(): void;
  /** Does something to it that goes together with nothing else that is done to it. */
  alone(work: () => Promise<void>): Promise<void>;
  /** What it logged as a warning or worse, the last of it. */
  complaints(): string;
}

const ENDS_WITHIN_MS = 20_000;

export async function openNode(name: string, settings: NodeJS.ProcessEnv): Promise<Node> {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  let running: Running | undefined;
  let logged = '';
  let busy: Promise<void> = Promise.resolve();

  const tryToStart = async () => {
    try {
      running = await startProcess({ HOST: '127.0.0.1', PORT: String(port), LOAD_SAMPLE: 'false', ...settings });
    } catch (error) {
      logged += `${(error as Error).message}\n`;
    }
    return running !== undefined;
  };
  const start = () => until(`node ${name} starts: ${complaintsIn(logged)}`, tryToStart);
  const end = async (signal: NodeJS.Signals) => {
    const ending = running;
    if (ending === undefined) return null;
    running = undefined;
    const hasEnded = ending.process.exitCode !== null || ending.process.signalCode !== null;
    try {
      if (hasEnded) return ending.process.exitCode;
      return await within(ENDS_WITHIN_MS, `the end of node ${name} after ${signal}`, ending.end(signal));
    } catch (error) {
      await ending.end('SIGKILL');
      throw error;
    } finally {
      logged += ending.output();
    }
  };
  const settle = endsWithUs(() => void running?.process.kill('SIGKILL'));

  await start();
  return {
    name,
    port,
    url: `${base}/graphql`,
    start,
    isReady: async () => {
      const answer = await fetch(`${base}/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
      return answer?.status === 200;
    },
    kill: async () => void (await end('SIGKILL')),
    drain: async () => {
      const code = await end('SIGTERM');
      if (code !== 0) throw new Error(`node ${name} ended with ${code} when it was told to drain`);
    },
    freeze: () => void running?.process.kill('SIGSTOP'),
    thaw: () => void running?.process.kill('SIGCONT'),
    alone: (work) => {
      const done = busy.then(work);
      busy = done.catch(() => {});
      return done;
    },
    complaints: () => complaintsIn(logged + (running?.output() ?? '')),
    [Symbol.asyncDispose]: async () => {
      running?.process.kill('SIGCONT');
      await end('SIGKILL');
      settle();
    },
  };
}

export async function untilReady(nodes: readonly Node[]): Promise<void> {
  for (const node of nodes) await until(`node ${node.name} is ready`, () => node.isReady());
}

const WARN = 40;
const SHOWN = 6;

function complaintsIn(output: string): string {
  const complaints = output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return line === '' ? [] : [line];
    const { level, msg, err } = JSON.parse(line) as { level: number; msg: string; err?: { message: string } };
    return level < WARN ? [] : [`${msg}: ${err?.message.replaceAll(/\s+/g, ' ').slice(-200)}`];
  });
  return complaints.slice(-SHOWN).join('\n');
}
