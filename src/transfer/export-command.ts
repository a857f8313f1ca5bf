import { realpathSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { pino } from 'pino';
import { placeOf, readConfig } from '../config.ts';
import { connect } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { READER } from '../desk/policy.ts';
import { Ledger } from '../ledger/ledger.ts';
import { isPlain } from '../plain-error.ts';
import { exportRecord } from './export.ts';

const USAGE = `Usage: npm run --silent export -- [--all] > FILE

Writes the record of DATABASE_URL or DATA_DIR to standard output, in the format of an import: what everybody may read,
with its history up to the moment at which it began.

  --all    restricted negotiations too
  --help   print this`;

/** The command was called in a way it does not know. */
class UsageError extends Error {}

async function exportCommand(args: readonly string[]): Promise<void> {
  const { values } = readArguments(args);
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  const config = readConfig(process.env);
  await using database = await connect(placeOf(config), config.databasePool);
  await migrate(database.prisma);
  const ledger = await Ledger.open(database, pino({ level: 'silent' }));
  try {
    await pipeline(Readable.from(exportRecord(ledger, values.all ? null : READER)), process.stdout);
  } finally {
    await ledger.stop();
  }
}

function readArguments(args: readonly string[]) {
  try {
    const options = { all: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;
    return parseArgs({ args: [...args], options });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await exportCommand(process.argv.slice(2));
    process.exit(0);
  } catch (error) {
    // Whoever reads it has had enough.
    if ((error as { code?: unknown }).code === 'EPIPE') process.exit(0);
    process.stderr.write(`${error instanceof UsageError || isPlain(error) ? error.message : inspect(error)}\n`);
    process.exit(1);
  }
}
