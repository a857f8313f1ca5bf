// Asks the real server the questions that readers ask, beside the limit: `node:http` and `pg` with one hand-written
// statement that builds the same JSON in PostgreSQL. On DATABASE_URL, else a PostgreSQL server on this machine, in
// databases that are made once and kept for the next run. Everything stays on 127.0.0.1.
//
//   npm run bench:reads -- [--quick] [--sizes 1000,100000,1000000] [--only board,log,one,search,cold,embedded]
//                          [--rounds 5] [--json figures.json]
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { endAll } from './push/children.ts';
import { tableOf } from './push/table.ts';
import { coldStarts } from './reads/cold.ts';
import { embedded } from './reads/embedded.ts';
import { FIGURES, type Figure, type FigureName } from './reads/figures.ts';
import { growthFigures, type Measured, measure, sizeFigures } from './reads/measure.ts';
import { OPERATIONS, type OperationName } from './reads/operations.ts';
import { findServer, recordOn } from './reads/record-place.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
  },
});
const only = (values.only?.split(',') ?? [...FIGURES]) as FigureName[];
for (const name of only) if (!FIGURES.includes(name)) fail(`“${name}” is no figure; they are ${FIGURES.join(', ')}.`);
const sizes = (values.sizes ?? (values.quick ? '1000,100000' : '1000,100000,1000000')).split(',').map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 100))
  fail('--sizes takes numbers of statements, from 100 on.');
const rounds = { count: Number(values.rounds ?? (values.quick ? 3 : 5)), ms: values.quick ? 1_500 : 3_000 };

const began = performance.now();
const tell = (step: string) => process.stderr.write(`${seconds()} s  ${step}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void endAll().then(() => process.exit(130)));

const figures: Figure[] = [];
try {
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}`;
  process.stdout.write(`${machine}\n`);
  const server = await findServer();
  const operations = only.filter((name): name is OperationName => name in OPERATIONS);
  const measured: Measured[] = [];
  for (const size of operations.length === 0 ? [] : sizes) {
    const url = await recordOn(server, size, tell);
    tell(`${size.toLocaleString('en')} statements`);
    measured.push(await measure(url, size, operations, rounds, tell));
  }
  for (const of of measured) figures.push(...sizeFigures(of));
  figures.push(...growthFigures(measured));
  if (only.includes('cold')) figures.push(...(await coldStarts(server, tell)));
  if (only.includes('embedded')) figures.push(...(await embedded(values.quick ? 1_000 : 10_000, rounds, tell)));
  process.stdout.write(`\n${tableOf(figures)}\n${seconds()} s, load ${loadavg()[0]?.toFixed(1)} in the end\n`);
  if (values.json !== undefined) {
    const report = { machine, sizes, rounds, seconds: Number(seconds()), figures };
    await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).stack ?? error}\n`);
  await endAll();
  process.exit(1);
}
await endAll();
process.exit(0);

function seconds(): string {
  return ((performance.now() - began) / 1_000).toFixed(0);
}

function fail(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
