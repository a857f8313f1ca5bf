import { brandWithType } from '@pothos/core';
import type { At, Snapshot, VersionBatch } from '../ledger/snapshot.ts';
import type { SubjectRows, SubjectType } from '../ledger/subjects.ts';
import { builder } from './builder.ts';

const batches = new Map<SubjectType, VersionBatch<At<object> | null>>();

/** The GraphQL type of a kind of subject, and how its versions are read by id; `builder.node` then adds the fields. */
export function subjectRef<T extends SubjectType>(type: T, batch: VersionBatch<At<SubjectRows[T]> | null>) {
  batches.set(type, batch as VersionBatch<At<object> | null>);
  return builder.objectRef<At<SubjectRows[T]>>(type);
}

/** Any subject at a position, marked with its type so that interfaces and unions know it; null when not there. */
export async function subjectAt(snapshot: Snapshot, type: SubjectType, id: string): Promise<At<object> | null> {
  const batch = batches.get(type);
  const row = batch === undefined ? null : await snapshot.load(batch, id);
  if (row !== null) brandWithType(row, type as never);
  return row;
}

/** The options that make a type a Relay node, read at the request's head. */
export function nodeOptions<T extends SubjectType>(type: T) {
  return {
    id: {
      resolve: (row: At<SubjectRows[T]>) => row.id,
      description: 'The id, for `node` and for the inputs of mutations.',
    },
    loadMany: async (ids: string[], context: { now(): Promise<Snapshot> }) => {
      const snapshot = await context.now();
      return Promise.all(ids.map((id) => subjectAt(snapshot, type, id) as Promise<At<SubjectRows[T]> | null>));
    },
  };
}
