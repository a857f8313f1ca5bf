import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { placeOf, readConfig } from '../config.ts';
import { connect } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { isPlain } from '../plain-error.ts';
import { type Link, verifyAudit } from './audit-chain.ts';

const USAGE = `Whether the audit is whole:
  npm run audit:verify
  npm run audit:verify -- --expect 123:<hash>   and whether row 123 still has the hash that was noted`;

/**
 * Verifies the audit of the record that the environment names.
 * @returns the exit code: 0 when it is whole, 1 when it is not, 2 when it could not be read
 */
export async function runAuditCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  print: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  const expected = readExpected(args);
  if (expected === undefined) {
    complain(USAGE);
    return 2;
  }
  try {
    const config = readConfig(env);
    await using database = await connect(placeOf(config), 1);
    await migrate(database.prisma);
    const verdict = await verifyAudit(database.read, expected);
    if (!verdict.isWhole) {
      complain(`The audit is not whole. ${verdict.problem}`);
      return 1;
    }
    print(`The audit is whole: ${verdict.rows} rows.`);
    const { last } = verdict;
    if (last !== null)
      print(
        `The last one is ${last.position}:${last.hash}; noted elsewhere, it shows with --expect that nothing before it was changed.`,
      );
    return 0;
  } catch (error) {
    if (!isPlain(error)) throw error;
    complain(error.message);
    return 2;
  }
}

/** Null for none, undefined for what is no command. */
function readExpected(args: readonly string[]): Link | null | undefined {
  const [flag, value, ...more] = args;
  if (flag === undefined) return null;
  const [, position, hash] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(value ?? '') ?? [];
  if (flag !== '--expect' || more.length > 0 || position === undefined || hash === undefined) return undefined;
  return { position: BigInt(position), hash };
}

const isTheProgram = process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isTheProgram) {
  const say = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`);
  process.exitCode = await runAuditCommand(
    process.argv.slice(2),
    process.env,
    say(process.stdout),
    say(process.stderr),
  );
}
