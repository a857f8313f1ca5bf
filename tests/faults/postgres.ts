import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endsWithUs } from './leftovers.ts';

const run = promisify(execFile);
const LEAST_VERSION = 15;

/** A PostgreSQL server of the tests' own, that may be broken at will. */
export interface Postgres extends AsyncDisposable {
  readonly url: string;
  /** Ends all of its processes as a crash would: whoever is connected is cut off, and the log is replayed at the start. */
  stopImmediately(): Promise<void>;
  start(): Promise<void>;
  restartImmediately(): Promise<void>;
}

/** The folder of a server's programs, of a version that is supported; null where there is none. */
export function postgresPrograms(): string | null {
  const packaged = '/usr/lib/postgresql';
  const versions = existsSync(packaged) ? readdirSync(packaged).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [configured(), ...versions.map((version) => join(packaged, version, 'bin'))];
  return folders.find((folder) => folder !== null && versionOf(folder) >= LEAST_VERSION) ?? null;
}

function configured(): string | null {
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

function versionOf(folder: string): number {
  // `pg_config` may come with a package for clients only.
  if (!['initdb', 'pg_ctl', 'postgres'].every((program) => existsSync(join(folder, program)))) return 0;
  const said = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/\d+/.exec(said)?.[0] ?? 0);
}

/** PostgreSQL refuses to run as root, so then it runs as somebody without rights. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((of) => Number(execFileSync('id', [of, user], { stdio: 'pipe' })));
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // There is no such user here.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user “postgres” or “nobody” here to run it as.');
}

/** Makes a server on a free port, in a folder of its own. */
export async function openPostgres(programs: string): Promise<Postgres> {
  const user = unprivileged();
  const folder = await mkdtemp(join(tmpdir(), 'parley-postgres-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const log = join(folder, 'log');
  const port = await freePort();
  const settle = endsWithUs(() => {
    const pid = pidIn(data);
    // What SIGQUIT means to it is an immediate end; its other processes end themselves then.
    if (pid !== null) process.kill(pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });
  const at = { cwd: folder, ...user };
  const control = async (...args: string[]) => {
    try {
      await run(join(programs, 'pg_ctl'), ['-D', data, '-w', '-t', '60', '-l', log, ...args], at);
    } catch (error) {
      const said = existsSync(log) ? readFileSync(log, 'utf8').slice(-2_000) : '';
      throw new Error(`pg_ctl ${args.join(' ')} failed: ${(error as Error).message}\n${said}`);
    }
  };
  await run(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'parley', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    at,
  );
  await appendFile(
    join(data, 'postgresql.conf'),
    // Of processes that die nothing is lost without fsync; only the machine must not.
    `listen_addresses = '127.0.0.1'\nport = ${port}\nunix_socket_directories = ''\nfsync = off\n` +
      `max_connections = 60\nshared_buffers = '32MB'\n`,
  );
  await control('start');
  return {
    url: `postgresql://parley@127.0.0.1:${port}/postgres`,
    start: () => control('start'),
    stopImmediately: () => control('-m', 'immediate', 'stop'),
    restartImmediately: () => control('-m', 'immediate', 'restart'),
    [Symbol.asyncDispose]: async () => {
      if (pidIn(data) !== null) await control('-m', 'immediate', 'stop').catch(() => {});
      const pid = pidIn(data);
      if (pid !== null) process.kill(pid, 'SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      settle();
    },
  };
}

/** The server's process; null when there is none. */
function pidIn(data: string): number | null {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
