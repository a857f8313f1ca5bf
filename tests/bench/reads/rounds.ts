// Rounds of requests: so many connections ask one server for a while, in turn with the others.
import type { Child } from '../push/children.ts';
import type { Answered } from './load.ts';
import type { Target } from './servers.ts';

/** Connections that ask at once. */
const CONNECTIONS = 16;
/** Before each round, so that connections are open and statements prepared again. */
const WARM_MS = 1_000;

export interface Round extends Answered {
  /** Milliseconds of CPU a request. */
  readonly cpu: { readonly server: number; readonly postgres: number; readonly together: number };
}

/** What a target is asked in each of its rounds. */
export interface Series {
  readonly target: Target;
  readonly path: string;
  readonly bodies: readonly string[];
  readonly rounds: Round[];
}

/** A round of each in turn, so that what happens to the machine happens to all of them. */
export async function interleave(load: Child, all: readonly Series[], rounds: number, ms: number): Promise<void> {
  for (let turn = 0; turn < rounds; turn += 1) {
    for (let index = 0; index < all.length; index += 1) {
      const series = all[(index + turn) % all.length] as Series;
      series.rounds.push(await round(load, series, ms));
    }
  }
}

async function round(load: Child, { target, path, bodies }: Series, ms: number): Promise<Round> {
  const { host, port } = target;
  const asking = { host, port, path, bodies, connections: CONNECTIONS };
  await load.ask('load', { ...asking, ms: WARM_MS });
  const before = await target.cpu();
  const answered = await load.ask<Answered>('load', { ...asking, ms });
  const after = await target.cpu();
  const each = (seconds: number) => (seconds * 1_000) / answered.requests;
  const server = each(after.server - before.server);
  const postgres = each((after.postgres ?? Number.NaN) - (before.postgres ?? Number.NaN));
  return { ...answered, cpu: { server, postgres, together: server + postgres } };
}
