import { brandWithType } from '@pothos/core';
import { type At, type Batch, type Snapshot } from '../ledger/snapshot.ts';
import { MODEL_OF, type SubjectRows, type SubjectType } from '../ledger/subjects.ts';
import { builder } from './builder.ts';

const batches = new Map<SubjectType, Batch<string, At<object> | null>>();

/** The GraphQL type of a kind of subject, and how its versions are read by id; `builder.node` then adds the fields. */
export function subjectRef<T extends SubjectType>(type: T, batch: Batch<string, At<SubjectRows[T]> | null>) {
  batches.set(type, batch as Batch<string, At<object> | null>);
  return builder.objectRef<At<SubjectRows[T]>>(type);
}

/** Any subject at a position, marked with its type so that interfaces and unions know it; null when not there. */
export async function subjectAt(snapshot: Snapshot, type: SubjectType, id: string): Promise<At<object> | null> {
  const batch = batches.get(type);
  const row = batch === undefined ? null : await snapshot.load(batch, id);
  if (row !== null) brandWithType(row, type as never);
  return row;
}

interface Moment {
  readonly type: SubjectType;
  readonly id: string;
  readonly position: bigint;
}

/**
 * Subjects as each stood at a position of its own, tied to the record there, and marked with their type. One
 * query a table for all of a page; null for what was not in the record then.
 */
export const subjectThen: Batch<Moment, At<object> | null> = {
  cacheKey: ({ type, id, position }) => `${type}:${id}:${position}`,
  load: async (snapshot, moments) => {
    const byModel = new Map<(typeof MODEL_OF)[SubjectType], Moment[]>();
    for (const moment of moments)
      byModel.set(MODEL_OF[moment.type], [...(byModel.get(MODEL_OF[moment.type]) ?? []), moment]);
    const found = new Map<Moment, At<object>>();
    await Promise.all(
      [...byModel].map(async ([model, wanted]) => {
        // Each of these models has these columns; Prisma's types cannot say so of a union of models.
        const reader = snapshot.prisma[model] as unknown as {
          findMany(query: object): Promise<{ id: string; fromPosition: bigint; untilPosition: bigint }[]>;
        };
        const versions = await reader.findMany({
          where: {
            OR: wanted.map(({ id, position }) => ({
              id,
              fromPosition: { lte: position },
              untilPosition: { gt: position },
            })),
          },
        });
        for (const moment of wanted) {
          const { type, id, position } = moment;
          const version = versions.find(
            (row) => row.id === id && row.fromPosition <= position && position < row.untilPosition,
          );
          if (version === undefined) continue;
          const row = { ...version, snapshot: snapshot.moved(position) };
          brandWithType(row, type as never);
          found.set(moment, row);
        }
      }),
    );
    return moments.map((moment) => found.get(moment) ?? null);
  },
};

/** The options that make a type a Relay node, read at the request's head. */
export function nodeOptions<T extends SubjectType>(type: T, batch: Batch<string, At<SubjectRows[T]> | null>) {
  return {
    id: { resolve: (row: At<SubjectRows[T]>) => row.id, description: 'The id, for `node` and for the inputs of mutations.' },
    loadMany: async (ids: string[], context: { now(): Promise<Snapshot> }) => {
      const snapshot = await context.now();
      return Promise.all(ids.map((id) => subjectAt(snapshot, type, id) as Promise<At<SubjectRows[T]> | null>));
    },
  };
}
