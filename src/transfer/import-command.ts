import { createReadStream, realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { pino } from 'pino';
import { placeOf, readConfig } from '../config.ts';
import { connect } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { Ledger } from '../ledger/ledger.ts';
import { isPlain } from '../plain-error.ts';
import { type ImportProgress, importRecords, type LineProblem } from './import.ts';
import { progressBar } from './progress-bar.ts';

const USAGE = `Usage: npm run import -- [--check] [FILE]

Writes the records of FILE (of standard input, when FILE is - or left out) into the database of DATABASE_URL or
DATA_DIR. FILE has one record a line, {"<mutation>": {<its input>}}, each with an externalId; what was recorded
before under the same id is passed over.

  --check   read all of it and report every problem, write nothing
  --help    print this`;

/** The command was called in a way it does not know. */
class UsageError extends Error {}

interface Source {
  readonly name: string;
  /** Bytes; null when not known. */
  readonly size: number | null;
  readonly open: () => Readable;
}

/**
 * Runs the import command.
 * @param onBatch told of every batch once it is in the record for good
 * @returns the exit code: 0, or 1 when something was wrong
 */
export async function importCommand(
  args: readonly string[],
  onBatch: (progress: ImportProgress) => void = () => {},
): Promise<number> {
  const { values, positionals } = readArguments(args);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const began = performance.now();
  const stop = new AbortController();
  const source = await findSource(positionals[0] ?? '-', stop.signal);
  const config = readConfig(process.env);
  await using database = await connect(placeOf(config), config.databasePool);
  await migrate(database.prisma);
  const ledger = await Ledger.open(database, pino({ level: 'silent' }));

  // The batch under way is written to its end; a second Ctrl-C does not wait for it.
  process.once('SIGINT', () => stop.abort());
  const bar = progressBar(process.stderr, source.size);
  let last: ImportProgress | undefined;
  try {
    const progress = await importRecords(ledger, source.open(), {
      check: values.check,
      signal: stop.signal,
      onProblem: (problem) => bar.say(problemLine(source.name, problem)),
      onBatch: (progress) => {
        last = progress;
        bar.show(progress);
        onBatch(progress);
      },
    });
    bar.stop();
    process.stdout.write(`${summary(progress, values.check, performance.now() - began)}\n`);
    return progress.problems > 0 ? 1 : 0;
  } catch (error) {
    bar.stop();
    if (!stop.signal.aborted) throw error;
    process.stdout.write(`stopped: ${last?.recorded ?? 0} recorded\n`);
    return 1;
  } finally {
    await ledger.stop();
  }
}

function readArguments(args: readonly string[]) {
  try {
    const options = { check: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;
    const read = parseArgs({ args: [...args], options, allowPositionals: true });
    if (read.positionals.length > 1) throw new UsageError('One file at a time.');
    return read;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function findSource(name: string, signal: AbortSignal): Promise<Source> {
  if (name === '-') return { name, size: null, open: () => addAbortSignal(signal, process.stdin) };
  const found = await stat(name).catch(() => null);
  if (found === null) throw new UsageError(`There is no file ${name}.`);
  if (found.isDirectory()) throw new UsageError(`${name} is a folder; give one file.`);
  return { name, size: found.isFile() ? found.size : null, open: () => createReadStream(name, { signal }) };
}

function problemLine(file: string, { line, path, message }: LineProblem): string {
  return [`${file}:${line}`, ...(path.length > 0 ? [path.join('.')] : []), message].join(': ');
}

function summary(
  { lines, recorded, alreadyRecorded, problems, unchecked }: ImportProgress,
  check: boolean,
  ms: number,
): string {
  const time = `in ${(ms / 1_000).toFixed(1)} s`;
  const wrong = `${counted(problems, 'problem')}${unchecked === 0 ? '' : ` (and ${counted(unchecked, 'line')} not checked, for referring to lines with problems)`}`;
  if (check) return `${counted(lines, 'line')} checked, ${wrong}, ${time}; nothing was written`;
  const done = `${recorded} recorded, ${alreadyRecorded} already recorded`;
  return problems === 0
    ? `${done}, ${time}`
    : `${done}, then ${wrong}, ${time}; from the batch with the problems on nothing was written`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

// Each batch leaves megabytes of text behind. By default V8 lets that grow to several times what is in use before it
// sweeps; sweeping when it has grown by half costs little time and keeps the process small.
setFlagsFromString('--heap-growing-percent=50');

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.exit(await importCommand(process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`${error instanceof UsageError || isPlain(error) ? error.message : inspect(error)}\n`);
    process.exit(1);
  }
}
