// The processes that the bench starts. Each is asked over IPC, and ended by its own pid, however the bench ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Reply } from './asked.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PATIENCE_MS = 60_000;
const END_MS = 3_000;
const KEPT_CHARACTERS = 8_000;

/** What every server of a bench is told: to listen on loopback, and to do nothing beside. */
export const SERVED = { HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', LOAD_SAMPLE: 'false', GRAPHIQL: 'false' };

export interface Child {
  readonly pid: number;
  /** @throws when it answers with an error, ends, or has not answered in time */
  ask<Answer>(ask: string, given?: object, patienceMs?: number): Promise<Answer>;
  /** The end of what it has said so far, on both outputs. */
  said(): string;
  /** Resolves with what it said, once it says something that matches. @throws when it ends first */
  says(wanted: RegExp): Promise<RegExpExecArray>;
  hasEnded(): boolean;
  /** Asks it to end, and ends it when it does not. */
  end(): Promise<void>;
}

const running = new Set<ChildProcess>();

// The last thing that runs, also after an error that nobody caught.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Ends all that still run. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map(end));
}

/**
 * Starts a file of the project in a process of its own: what is measured as it was compiled, the rest as it stands.
 * @param preloads compiled files that are loaded before it
 */
export function start(
  file: string,
  options: { preloads?: readonly string[]; env?: NodeJS.ProcessEnv; args?: readonly string[] } = {},
): Child {
  const preloads = (options.preloads ?? []).map((preload) => pathToFileURL(join(ROOT, 'build', 'bench', preload)).href);
  const imports = (file.endsWith('.ts') ? ['tsx', ...preloads] : preloads).flatMap((preload) => ['--import', preload]);
  const child = spawn(process.execPath, ['--expose-gc', ...imports, file, ...(options.args ?? [])], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  let said = '';
  let hasEnded = false;
  const asked = new Map<number, { settle: (answer: unknown) => void; fail: (error: Error) => void }>();
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    said = (said + chunk).slice(-KEPT_CHARACTERS);
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  child.on('error', hear);
  child.on('message', (reply: Reply) => {
    const question = asked.get(reply.id);
    asked.delete(reply.id);
    if ('error' in reply) question?.fail(new Error(`${file}: ${reply.error}`));
    else question?.settle(reply.answer);
  });
  child.on('close', (code, signal) => {
    running.delete(child);
    hasEnded = true;
    for (const { fail } of asked.values()) fail(new Error(`${file} ended (${signal ?? code}): ${said}`));
    asked.clear();
    for (const listener of listeners) listener();
  });

  let last = 0;
  return {
    // A process that could not be started has none, and says why with its end.
    pid: child.pid ?? 0,
    said: () => said,
    hasEnded: () => hasEnded,
    ask: <Answer>(ask: string, given: object = {}, patienceMs = PATIENCE_MS) =>
      new Promise<Answer>((settle, fail) => {
        if (hasEnded) return fail(new Error(`${file} has ended: ${said}`));
        const id = ++last;
        const impatient = setTimeout(() => {
          asked.delete(id);
          fail(new Error(`${file} did not answer “${ask}” within ${patienceMs} ms`));
        }, patienceMs);
        const patient = <Value>(end: (value: Value) => void) => {
          return (value: Value) => {
            clearTimeout(impatient);
            end(value);
          };
        };
        // Who asks knows what its question is answered with.
        asked.set(id, { settle: patient(settle) as (answer: unknown) => void, fail: patient(fail) });
        child.send({ id, ask, given }, (error) => {
          if (error !== null) asked.get(id)?.fail(error);
        });
      }),
    says: (wanted) =>
      new Promise((settle, fail) => {
        const look = () => {
          const found = wanted.exec(said);
          if (found === null && !hasEnded) return;
          listeners.delete(look);
          if (found !== null) settle(found);
          else fail(new Error(`${file} ended: ${said}`));
        };
        listeners.add(look);
        look();
      }),
    end: () => end(child),
  };
}

/** Runs a script of the project's in a process of its own, as its user does; it cannot be asked anything. */
export function startNpm(script: string, env: NodeJS.ProcessEnv): Pick<Child, 'hasEnded' | 'said' | 'end'> {
  const child = spawn('npm', [script], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let said = '';
  let hasEnded = false;
  const hear = (chunk: Buffer) => {
    said = (said + chunk).slice(-KEPT_CHARACTERS);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.on('close', () => {
    running.delete(child);
    hasEnded = true;
  });
  return { hasEnded: () => hasEnded, said: () => said, end: () => end(child) };
}

/** Runs a compiled file to its end, and gives what it said. @throws when it fails */
export async function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const [code] = await once(child, 'close');
  running.delete(child);
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${said}`);
  return said;
}

async function end(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await ended;
  clearTimeout(impatient);
}
