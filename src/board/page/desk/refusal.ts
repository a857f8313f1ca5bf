import type { RefusalFragment } from '../generated/operations.ts';

/** What is wrong, and with which fields, as the API said it. */
export interface Refused {
  readonly message: string;
  readonly fields: Problems;
  /** What to give as `descriptorAnswer` to do it all the same; null where that is no way out. */
  readonly answer: string | null;
  /** The revision that somebody else made meanwhile; null when it is gone. Undefined where nobody was in the way. */
  readonly standsAt?: number | null;
  /** Whose names a description holds, where that is what is warned of. */
  readonly names?: readonly string[];
}

interface Problem {
  /** The path of the field in what was sent, such as `source.personId`, without the input that all of it is in. */
  readonly path: string;
  readonly message: string;
}

/** What the API found wrong, by field. */
export class Problems {
  readonly all: readonly Problem[];

  constructor(all: readonly Problem[] = []) {
    this.all = all;
  }

  /** What is wrong with a field or with anything in it. */
  within(path: string): readonly Problem[] {
    return this.all.filter((problem) => problem.path === path || problem.path.startsWith(`${path}.`));
  }

  /** The same in words; undefined when nothing is. */
  at(path: string): string | undefined {
    const found = this.within(path);
    return found.length === 0 ? undefined : found.map(({ message }) => message).join(' ');
  }

  /** What is wrong with fields that are none of these. */
  besides(paths: readonly string[]): readonly Problem[] {
    const shown = new Set(paths.flatMap((path) => this.within(path)));
    return this.all.filter((problem) => !shown.has(problem));
  }
}

type Done = { readonly __typename?: string } | RefusalFragment;

/** The refusal in what a mutation gave; null when it was done. */
export function refusalIn(done: Done): Refused | null {
  if (!('message' in done)) return null;
  const { message } = done;
  const problems = 'problems' in done ? done.problems : 'path' in done ? [{ path: done.path, message }] : [];
  return {
    message,
    fields: new Problems(problems.map((problem) => ({ path: within(problem.path), message: problem.message }))),
    ...('currentRevision' in done && { standsAt: done.currentRevision }),
    ...('answer' in done ? { answer: done.answer, names: done.names } : { answer: null }),
  };
}

function within(path: readonly string[]): string {
  return (path[0] === 'content' || path[0] === 'changes' ? path.slice(1) : path).join('.');
}
