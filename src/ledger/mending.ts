import { isDeepStrictEqual } from 'node:util';
import { WithdrawnError } from './errors.ts';
import type { PlannedEntry } from './plan.ts';
import type { Subject, SubjectRows } from './subjects.ts';
import type { Content, Work } from './work.ts';

/** The kinds that are corrected and withdrawn by themselves; what a statement claims is mended with the statement. */
export type Mendable = 'Event' | 'HeldGroup' | 'Outcome';

type Mended<T extends Mendable> = { type: T; id: string; entry: PlannedEntry };

/**
 * Plans the next version of something that was recorded wrongly.
 * @param note to readers: what changed
 * @throws WithdrawnError
 */
export function correct<T extends Mendable>(
  type: T,
  before: SubjectRows[T],
  changes: Partial<Content<T>>,
  note: string,
  work: Work,
): Mended<T> {
  refuseWithdrawn(before);
  const was = before as unknown as Record<string, unknown>;
  if (Object.entries(changes).every(([column, value]) => isDeepStrictEqual(value, was[column])))
    work.problem(['changes'], 'leave everything as it is.');
  return work.change(type, before.id, changes, { negotiationId: before.negotiationId, action: 'CORRECTED', note });
}

/**
 * Plans that something is marked as withdrawn: it should never have been recorded.
 * @param reason to readers
 * @throws WithdrawnError
 */
export function withdraw<T extends Mendable>(type: T, before: SubjectRows[T], reason: string, work: Work): Mended<T> {
  refuseWithdrawn(before);
  const changes = { withdrawn: true } as Partial<Content<T>>;
  const { id, negotiationId } = before;
  return work.change(type, id, changes, { negotiationId, action: 'WITHDRAWN', note: reason });
}

/** @throws WithdrawnError */
export function refuseWithdrawn({ withdrawn }: SubjectRows[Mendable]): void {
  if (withdrawn) throw new WithdrawnError('This is withdrawn and takes no more changes.');
}

/** Notes a problem with naming what is withdrawn; what is named is not withdrawn meanwhile. */
export function checkStands(
  row: (SubjectRows[Mendable] & Subject) | null,
  path: readonly (string | number)[],
  work: Work,
): void {
  if (row === null) return;
  if (row.withdrawn) work.problem(path, 'is withdrawn; name what stands.');
  work.restOn(row);
}
