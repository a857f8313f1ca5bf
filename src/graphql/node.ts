import { brandWithType } from '@pothos/core';
import { after, type MaybePromise } from '../ledger/maybe-promise.ts';
import type { Ahead, At, Snapshot, VersionBatch } from '../ledger/snapshot.ts';
import type { SubjectRows, SubjectType } from '../ledger/subjects.ts';
import { builder } from './builder.ts';
import type { Leads } from './reference.ts';

const batches = new Map<SubjectType, VersionBatch<At<object> | null>>();

/** The GraphQL type of a kind of subject, and how its versions are read by id; `builder.node` then adds the fields. */
export function subjectRef<T extends SubjectType>(type: T, batch: VersionBatch<At<SubjectRows[T]> | null>) {
  batches.set(type, batch as VersionBatch<At<object> | null>);
  return builder.objectRef<At<SubjectRows[T]>>(type);
}

/**
 * Any subject at a position, marked with its type so that interfaces and unions know it; null when not there.
 * @param from the row that leads to it, with which it may have been read
 */
export function subjectAt(
  snapshot: Snapshot,
  type: SubjectType,
  id: string,
  ahead?: Ahead,
  from: object = {},
): MaybePromise<At<object> | null> {
  const batch = batches.get(type);
  if (batch === undefined) return null;
  return after(snapshot.get(batch, id, ahead, from), (row) => {
    if (row !== null) brandWithType(row, type as never);
    return row;
  });
}

/** The subject that rows name by kind and id. */
export function leadsToSubject(kind: string, from: string, at: string): readonly Leads[] {
  return [...batches].map(([type, batch]) => ({ batch, from, at, when: { property: kind, is: type }, type }));
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
      return Promise.all(ids.map(async (id) => (await subjectAt(snapshot, type, id)) as At<SubjectRows[T]> | null));
    },
  };
}
