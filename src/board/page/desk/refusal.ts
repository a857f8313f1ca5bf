import type { RefusalFragment } from '../generated/operations.ts';

/** What is wrong, and with which fields, as the API said it. */
export interface Refused {
  readonly message: string;
  /** By the path of the field in a statement's content, such as `source.personId`; what is of no field is left out. */
  readonly fields: ReadonlyMap<string, string>;
}

type Done = { readonly __typename?: string } | RefusalFragment;

/** The refusal in what a mutation gave; null when it was done. */
export function refusalIn(done: Done): Refused | null {
  if (!('message' in done)) return null;
  const fields = new Map<string, string>();
  if ('problems' in done) for (const { path, message } of done.problems) fields.set(within(path), message);
  if ('path' in done) fields.set(within(done.path), done.message);
  return { message: done.message, fields };
}

function within(path: readonly string[]): string {
  return (path[0] === 'content' || path[0] === 'changes' ? path.slice(1) : path).join('.');
}
