import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Config, placeOf, readConfig } from '../config.ts';
import { connect, type Database, type PrismaClient } from '../database/connect.ts';
import { Role } from '../database/generated/enums.ts';
import { DataFolderInUseError } from '../database/lock.ts';
import { migrate } from '../database/migrate.ts';
import { DomainError } from '../ledger/errors.ts';
import { isPlain } from '../plain-error.ts';
import { KeyTold } from './control.ts';
import { ControlRefusedError, controlled, type KeyDesk } from './control-client.ts';
import { issueKey, LISTED_MOST, listKeys, revokeKey } from './keys.ts';
import { isStanding, type KeyRequest } from './rules.ts';

const USAGE = `Keys of the desk:
  npm run key -- issue --role EDITOR --name "Night desk" [--expires 2027-01-01] [--negotiation SLUG|ID]
  npm run key -- list
  npm run key -- revoke PREFIX
Roles: ${Object.values(Role).join(', ')}. A key expires at the beginning of the day given, UTC; without one, never.
With a negotiation the role is for that one alone; a restricted one is named by its id, as its slug may be another's too.`;

/** The command line asks for nothing that there is. */
class UsageError extends Error {}

type Command =
  | { name: 'help' }
  | { name: 'list' }
  | { name: 'revoke'; prefix: string }
  | { name: 'issue'; wanted: KeyRequest };

/** @throws UsageError */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [name, operand, ...more] = positionals;
  const hasOptions =
    values.role !== undefined ||
    values.name !== undefined ||
    values.expires !== undefined ||
    values.negotiation !== undefined;
  if (values.help || name === undefined || name === 'help') return { name: 'help' };
  if (name === 'list' && operand === undefined && !hasOptions) return { name };
  if (name === 'revoke' && operand !== undefined && more.length === 0 && !hasOptions)
    return { name, prefix: prefixIn(operand) };
  if (name === 'issue' && operand === undefined) {
    if (values.name === undefined) throw new UsageError('Say whose key it is: --name "Night desk".');
    const wanted = { name: values.name, role: readRole(values.role), expiresAt: readDay(values.expires) };
    return {
      name,
      wanted: { ...wanted, ...(values.negotiation !== undefined && { negotiation: values.negotiation }) },
    };
  }
  throw new UsageError(`“${args.join(' ')}” is not a command.`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        role: { type: 'string' },
        name: { type: 'string' },
        expires: { type: 'string' },
        negotiation: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Who pastes the whole key means its prefix. */
function prefixIn(given: string): string {
  return /^parley_([^_]+)/.exec(given)?.[1] ?? given;
}

function readRole(given: string | undefined): Role {
  const role = Object.values(Role).find((one) => one === given?.toUpperCase());
  if (role === undefined)
    throw new UsageError(`Say what the key is for: --role, one of ${Object.values(Role).join(', ')}.`);
  return role;
}

function readDay(given: string | undefined): Date | null {
  if (given === undefined) return null;
  const day = new Date(`${given}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(given) || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(given)) {
    throw new UsageError(`“${given}” is not a day, as in 2027-01-01.`);
  }
  return day;
}

/**
 * Runs a command on the record that the environment names, also while a server has its data folder open.
 * @returns the exit code
 */
export async function runKeyCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  print: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  try {
    const command = readCommand(args);
    if (command.name === 'help') print(USAGE);
    else await withKeys(readConfig(env), (keys) => run(command, keys, print));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) complain(`${error.message}\n\n${USAGE}`);
    else if (error instanceof DomainError || error instanceof ControlRefusedError || isPlain(error))
      complain(error.message);
    else throw error;
    return 1;
  }
}

async function run(
  command: Exclude<Command, { name: 'help' }>,
  keys: KeyDesk,
  print: (line: string) => void,
): Promise<void> {
  switch (command.name) {
    case 'issue': {
      const { key, name, role, expiresAt } = await keys.issue(command.wanted);
      print(key);
      print(
        `The ${role} key of ${name}${expiresAt === null ? '' : `, until ${day(expiresAt)}`}. Keep it, it is not shown again; send it in the header “Authorization: Bearer …”.`,
      );
      return;
    }
    case 'list': {
      const found = await keys.list();
      for (const key of found) print(describe(key));
      if (found.length === 0) print('There is no key yet.');
      if (found.length === LISTED_MOST) print(`Only the ${LISTED_MOST} keys issued last are shown.`);
      return;
    }
    case 'revoke': {
      const { prefix, name, role } = await keys.revoke(command.prefix);
      print(`The ${role} key ${prefix} of ${name} is revoked.`);
      return;
    }
  }
}

function describe(key: KeyTold): string {
  const state =
    key.revokedAt !== null ? `revoked ${day(key.revokedAt)}` : isStanding(key, new Date()) ? 'valid' : 'expired';
  const until = key.expiresAt === null ? '' : `, until ${day(key.expiresAt)}`;
  const used = key.lastUsedAt === null ? 'never used' : `last used ${day(key.lastUsedAt)}`;
  return `${key.prefix}  ${key.role.padEnd(8)}  ${key.name}  (${state}${until}, issued ${day(key.createdAt)}, ${used})`;
}

function day(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** Opens the record; when a server has its folder open, asks that server instead. */
async function withKeys(config: Config, work: (keys: KeyDesk) => Promise<void>): Promise<void> {
  let database: Database;
  try {
    database = await connect(placeOf(config), 1);
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw error;
    return askServer(config, error, work);
  }
  try {
    await migrate(database.prisma);
    await work(kept(database.prisma));
  } finally {
    await database[Symbol.asyncDispose]();
  }
}

async function askServer(
  config: Config,
  inUse: DataFolderInUseError,
  work: (keys: KeyDesk) => Promise<void>,
): Promise<void> {
  try {
    await work(controlled(config.dataDir));
  } catch (error) {
    const isSilent = ['ENOENT', 'ECONNREFUSED', 'ENAMETOOLONG', 'EINVAL'].includes(
      String((error as { code?: unknown }).code),
    );
    throw isSilent ? inUse : error;
  }
}

function kept(prisma: PrismaClient): KeyDesk {
  return {
    issue: async (wanted) => {
      const { key, row } = await issueKey(prisma, wanted);
      return { key, ...KeyTold.parse(row) };
    },
    list: async () => (await listKeys(prisma)).map((row) => KeyTold.parse(row)),
    revoke: async (prefix) => KeyTold.parse(await revokeKey(prisma, prefix)),
  };
}

const isTheProgram = process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isTheProgram) {
  const say = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`);
  process.exitCode = await runKeyCommand(process.argv.slice(2), process.env, say(process.stdout), say(process.stderr));
}
