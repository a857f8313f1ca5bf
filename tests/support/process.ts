import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The real server in a process of its own, or what it said instead of serving. */
export interface Running {
  readonly process: ChildProcess;
  readonly url: string;
  output(): string;
  /** Sends a signal, and gives the exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

function launch(env: NodeJS.ProcessEnv): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ['--enable-source-maps', 'build/main.js'], {
    env: { ...process.env, DATABASE_URL: '', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  return { child, output: () => output };
}

/** Starts the server, and waits until it serves. @throws when it ends instead */
export async function startProcess(env: NodeJS.ProcessEnv): Promise<Running> {
  const { child, output } = launch(env);
  const url = await new Promise<string>((settle, fail) => {
    child.stdout?.on('data', () => {
      const serving = /serving (http:\S+)/.exec(output());
      if (serving?.[1]) settle(serving[1]);
    });
    child.once('exit', (code) => fail(new Error(`the server ended with ${code}: ${output()}`)));
  });
  return {
    process: child,
    url,
    output,
    end: async (signal) => {
      const exited = once(child, 'exit');
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

/** Starts the server where it is not to serve, and gives its exit code and what it said. */
export async function refusedProcess(env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const { child, output } = launch(env);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output() };
}
