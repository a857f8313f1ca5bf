// Pushes events from the real server to thousands of subscribers, beside a raw `ws` broadcast of the same bytes and stock
// graphql-ws, and says what it costs. On DATABASE_URL, else a PostgreSQL server on this machine, in a database of its
// own; without one, embedded. Everything stays on 127.0.0.1.
//
//   npm run bench:push -- [--quick] [--only cpu,latency] [--at 1000] [--no-stock] [--embedded] [--json figures.json]
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { endAll } from './push/children.ts';
import { FIGURES, type Figure, type FigureName } from './push/figures.ts';
import { makeRecord } from './push/parley.ts';
import { partsOf } from './push/parts.ts';
import { openPlace } from './push/place.ts';
import { tableOf } from './push/table.ts';

/** Longer than the slowest server that can still be measured. */
const LONGEST_MS = 12 * 60_000;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    at: { type: 'string' },
    embedded: { type: 'boolean', default: false },
    'no-stock': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const only = values.only?.split(',') ?? FIGURES;
for (const name of only) {
  if (!isFigure(name)) fail(`“${name}” is no figure; they are ${FIGURES.join(', ')}.`);
}
const at = values.at?.split(',').map(Number);
if (at?.some((size) => !Number.isInteger(size) || size < 1)) fail('--at takes numbers of subscribers.');

const began = performance.now();
const place = await openPlace(values.embedded);
const stop = async (code: number) => {
  await endAll();
  await place.drop();
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(130));
setTimeout(() => {
  process.stderr.write('the bench took too long and was ended\n');
  void stop(1);
}, LONGEST_MS).unref();

const figures: Figure[] = [];
try {
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}`;
  process.stdout.write(`${machine}; ${place.words}\n`);
  const record = await makeRecord(place);
  const asked = { wanted: new Set(only.filter(isFigure)), isQuick: values.quick, at, withStock: !values['no-stock'] };
  for (const part of partsOf(asked)) {
    const found = await part(record, (step) => process.stderr.write(`${seconds()} s  ${step}\n`));
    figures.push(...found);
  }
  process.stdout.write(
    `\n${tableOf(figures)}\n${seconds()} s, load ${loadavg()[0]?.toFixed(1)} in the end${values.quick ? ', with smaller numbers than the limits are for' : ''}\n`,
  );
  if (values.json !== undefined) {
    const report = { machine, place: place.words, quick: values.quick, seconds: Number(seconds()), figures };
    await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).stack ?? error}\n`);
  await stop(1);
}
await stop(figures.some(({ verdict }) => verdict === 'not measured') ? 1 : 0);

function isFigure(name: string): name is FigureName {
  return (FIGURES as readonly string[]).includes(name);
}

function seconds(): string {
  return ((performance.now() - began) / 1_000).toFixed(0);
}

function fail(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
