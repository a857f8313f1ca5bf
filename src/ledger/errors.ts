/** One thing wrong with an input, and where: `path` leads from the input's root, list indexes included. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a caller can act on. Thrown by rules and stores; the API makes them members of its result unions. */
export abstract class DomainError extends Error {}

export class InvalidInputError extends DomainError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    this.problems = problems;
  }
}

export class NotFoundError extends DomainError {
  readonly path: readonly (string | number)[];
  readonly given: string;
  /** The message without the path. */
  readonly sentence: string;

  constructor(path: readonly (string | number)[], given: string, wanted: string) {
    const sentence = `there is no ${wanted} with the id “${given}”.`;
    super(`${path.join('.')}: ${sentence}`);
    this.path = path;
    this.given = given;
    this.sentence = sentence;
  }
}

/** Somebody else changed it first. `revision` is the one in force, where the kind has revisions. */
export class ConflictError extends DomainError {
  readonly revision: number | null;
  /** The name of whoever of the desk did, of its own drafts; null of the record. */
  readonly changedBy: string | null;

  constructor(message: string, revision: number | null = null, changedBy: string | null = null) {
    super(message);
    this.revision = revision;
    this.changedBy = changedBy;
  }
}

/** A slug, or an external id with another content, that the record already has. */
export class AlreadyRecordedError extends DomainError {
  readonly given: string;

  constructor(message: string, given: string) {
    super(message);
    this.given = given;
  }
}

/** The desk has settled that nobody does this alone. */
export class FourEyesError extends DomainError {
  /** @param instead what to do, in the words that follow “draft” */
  constructor(instead: string) {
    super(`This desk asks for four eyes: draft ${instead}.`);
  }
}

/** What somebody who is not named is described by holds the names of known people. `answer` is what the editor says to go on. */
export class DescriptorWarningError extends DomainError {
  readonly names: readonly string[];
  readonly answer: string;

  constructor(names: readonly string[], answer: string) {
    super(
      `The description of a source, or of somebody on the way from it, holds the name of ${names.join(', ')}. Describe it otherwise; if it does not tell who it is, answer with ${answer}.`,
    );
    this.names = names;
    this.answer = answer;
  }
}

/** What is withdrawn or expunged takes no more changes. */
export class WithdrawnError extends DomainError {}

export type RefusalCode =
  | 'BAD_CURSOR'
  | 'CURSOR_IN_FUTURE'
  | 'AS_OF_IN_FUTURE'
  | 'AS_OF_BEFORE_RECORD'
  | 'BAD_PAGE'
  | 'BAD_ID'
  | 'BAD_QUERY'
  | 'BAD_PERIOD'
  | 'NOT_FOUND';

/** A read that cannot be answered as asked. The API gives it as an error with this code. */
export class ReadRefusedError extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A read took longer than it may; it was stopped. */
export class TimedOutError extends Error {
  readonly code = 'TIMED_OUT';

  constructor() {
    super('This takes too long and was stopped; ask for less, or for it in parts.');
  }
}
