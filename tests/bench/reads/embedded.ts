// The same questions to a server whose database is embedded: one process, whose CPU counts both.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/database/connect.ts';
import { median } from '../push/accounting.ts';
import { start } from '../push/children.ts';
import { type Figure, figure } from './figures.ts';
import type { Rounds } from './measure.ts';
import { OPERATIONS, type OperationName } from './operations.ts';
import { fill } from './record-place.ts';
import { interleave, type Series } from './rounds.ts';
import { startTarget } from './servers.ts';
import { drawFrom } from './subjects.ts';

export async function embedded(
  statements: number,
  { count, ms }: Rounds,
  tell: (step: string) => void,
): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  const dataDir = join(folder, 'data');
  const load = start('tests/bench/reads/load.ts');
  try {
    tell(`embedded: making a record of ${statements.toLocaleString('en')} statements`);
    await fill({ dataDir }, statements);
    const database = await connect({ dataDir });
    const questions = await drawFrom((text) => database.prisma.$queryRawUnsafe(text), statements);
    await database[Symbol.asyncDispose]();
    await load.says(/ready/);
    const figures: Figure[] = [];
    for (const name of ['uncached', 'cached'] as const) {
      const target = await startTarget(name, { DATABASE_URL: '', DATA_DIR: dataDir });
      for (const operation of Object.keys(OPERATIONS) as OperationName[]) {
        tell(`embedded: ${operation}, ${name}`);
        const { api } = questions.bodies(operation, 'now');
        const series: Series = { target, path: '/graphql', bodies: api, rounds: [] };
        await interleave(load, [series], count, ms);
        const middle = (of: (round: (typeof series.rounds)[number]) => number) => median(series.rounds.map(of));
        const note = `${middle(({ requests, seconds }) => requests / seconds).toFixed(0)} requests/s, p50 ${middle(({ p50 }) => p50).toFixed(1)} ms, p99 ${middle(({ p99 }) => p99).toFixed(1)} ms.`;
        const what = `embedded, ${statements.toLocaleString('en')} statements, ${operation}: ${name}`;
        figures.push(
          figure({ name: 'embedded', what, value: middle(({ cpu }) => cpu.server), unit: 'ms CPU', note }, null),
        );
      }
      const what = `embedded, memory: ${name}`;
      figures.push(figure({ name: 'embedded', what, value: (await target.peak()) / 1e6, unit: 'MB', note: '' }, null));
      await target.server.end();
    }
    return figures;
  } finally {
    await load.end();
    await rm(folder, { recursive: true, force: true });
  }
}
