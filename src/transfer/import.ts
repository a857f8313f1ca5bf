import { decide } from '../graphql/desk-mutation.ts';
import { Batch } from '../ledger/batch.ts';
import {
  AlreadyRecordedError,
  ConflictError,
  DomainError,
  InvalidInputError,
  NotFoundError,
  type Problem,
} from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Audited } from '../ledger/plan.ts';
import { snake } from '../ledger/subjects.ts';
import { THE_DESK_ITSELF } from '../ledger/work.ts';
import { childModels } from '../statement/content.ts';
import { linesOf } from './lines.ts';
import { type Asked, type ImportRecord, readRecord } from './record.ts';

/** One thing wrong with a line. */
export interface LineProblem extends Problem {
  readonly line: number;
}

/** How far an import is: what is counted here is in the record for good. */
export interface ImportProgress {
  /** Bytes read of the source. */
  bytes: number;
  /** Records read; of a line with a problem and of those after it in its batch nothing was written. */
  lines: number;
  recorded: number;
  /** Records that were there already, with the same content. */
  alreadyRecorded: number;
  problems: number;
  /** Lines that refer to a line with a problem, so that nothing can be said of them. */
  unchecked: number;
}

export interface ImportOptions {
  /** Read all of it, report every problem, write nothing. */
  readonly check?: boolean;
  /** Ends the import before its next batch. */
  readonly signal?: AbortSignal;
  readonly onProblem?: (problem: LineProblem) => void;
  /** Called when a batch was decided and, unless it is a check, written. */
  readonly onBatch?: (progress: Readonly<ImportProgress>) => void;
}

/** A batch is one transaction. It ends at whichever comes first. */
const BATCH_LINES = 250;
const BATCH_BYTES = 2_000_000;

/**
 * Writes records into the ledger, in their order, a batch in one transaction; what was recorded before under the
 * same external id is passed over, so that the same source may be imported again. Ends after the first batch with
 * a problem, of which nothing is written.
 * @param source NDJSON, one `{"<mutation>": {<input>}}` a line
 * @throws Error when a batch could not be written, with the reason as its cause; those before it are in the record
 */
export async function importRecords(
  ledger: Ledger,
  source: AsyncIterable<Uint8Array>,
  options: ImportOptions = {},
): Promise<Readonly<ImportProgress>> {
  const progress: ImportProgress = { bytes: 0, lines: 0, recorded: 0, alreadyRecorded: 0, problems: 0, unchecked: 0 };
  const importing = new Importing(ledger, options, progress);
  // The next batch is read while this one is written; it is decided after that, since it may refer to it.
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const batch of batchesOf(source)) {
      await writing;
      if (options.signal?.aborted || (progress.problems > 0 && !options.check)) break;
      writing = importing.write(batch);
      // Until it is awaited above; a rejection in between is not unhandled.
      writing.catch(() => {});
    }
  } finally {
    await writing;
  }
  return progress;
}

interface ReadBatch {
  readonly records: ImportRecord[];
  readTo: number;
}

async function* batchesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadBatch, void> {
  let batch: ReadBatch = { records: [], readTo: 0 };
  let begun = 0;
  for await (const line of linesOf(source)) {
    const record = readRecord(line);
    if (record !== null) batch.records.push(record);
    batch.readTo = line.readTo;
    if (batch.records.length >= BATCH_LINES || line.readTo - begun >= BATCH_BYTES) {
      yield batch;
      batch = { records: [], readTo: line.readTo };
      begun = line.readTo;
    }
  }
  if (batch.records.length > 0) yield batch;
}

class Importing {
  readonly #ledger: Ledger;
  readonly #options: ImportOptions;
  readonly #progress: ImportProgress;
  /** Of a check: all its lines are decided in one batch that is never written. */
  readonly #checked: Batch | null;
  /** The ids of lines that were not recorded: of what refers to them nothing can be said. */
  readonly #failed = new Set<string>();

  constructor(ledger: Ledger, options: ImportOptions, progress: ImportProgress) {
    this.#ledger = ledger;
    this.#options = options;
    this.#progress = progress;
    this.#checked = options.check ? new Batch(ledger, THE_DESK_ITSELF, DISPENSABLE) : null;
  }

  /** Decides a batch and writes it when nothing is wrong with it; once more when somebody else wrote first. */
  async write({ records, readTo }: ReadBatch, tries = 3): Promise<void> {
    const batch = this.#checked ?? new Batch(this.#ledger, THE_DESK_ITSELF);
    const { recorded, alreadyRecorded, problems, unchecked } = await this.#decide(batch, records);
    const isWritten = this.#checked === null && problems.length === 0;
    if (isWritten && recorded > 0) {
      // A row of the audit for a batch: which entries it wrote, and of what, the ledger says.
      batch.plan.audit = IMPORT;
      try {
        await this.#ledger.append(batch.plan);
      } catch (error) {
        const lostRace = error instanceof ConflictError || error instanceof AlreadyRecordedError;
        if (lostRace && tries > 1) return this.write({ records, readTo }, tries - 1);
        throw new Error(`lines ${records[0]?.line} to ${records.at(-1)?.line} could not be written`, { cause: error });
      }
    }
    const progress = this.#progress;
    progress.bytes = readTo;
    progress.lines += records.length;
    progress.problems += problems.length;
    progress.unchecked += unchecked;
    if (isWritten) progress.recorded += recorded;
    if (isWritten) progress.alreadyRecorded += alreadyRecorded;
    for (const problem of problems) this.#options.onProblem?.(problem);
    this.#options.onBatch?.(progress);
  }

  async #decide(batch: Batch, records: readonly ImportRecord[]) {
    await batch.prepare(records.flatMap(({ asked }) => asked?.given ?? []));
    const decided = { recorded: 0, alreadyRecorded: 0, problems: [] as LineProblem[], unchecked: 0 };
    for (const { line, asked, externalId, problems } of records) {
      const entries = batch.plan.entries.length;
      const found = asked === null ? problems : await this.#decideOne(batch, asked);
      if (found !== null && found.length === 0) {
        if (batch.plan.entries.length > entries) decided.recorded += 1;
        else decided.alreadyRecorded += 1;
        continue;
      }
      if (found === null) decided.unchecked += 1;
      else decided.problems.push(...found.map((problem) => ({ ...problem, line })));
      if (externalId !== null) this.#failed.add(externalId);
    }
    return decided;
  }

  /** What is wrong with a record; null when it refers to one that has a problem itself. */
  async #decideOne(batch: Batch, { mutation, input, given }: Asked): Promise<readonly Problem[] | null> {
    const unknown = given.references.filter(({ id }) => batch.resolve(id) === null);
    if (unknown.some(({ id }) => this.#failed.has(id))) return null;
    // What was recorded and expunged since is passed over as what is recorded is, so that the same source can be
    // imported again; whether the content is the same, nobody knows any more.
    if (batch.expunged(given)?.type === mutation.writes) return [];
    try {
      await decide(batch, mutation, input, given);
      return [];
    } catch (error) {
      if (error instanceof InvalidInputError) return error.problems;
      if (error instanceof NotFoundError) {
        // The first that was missed; the others are missed too.
        const others = unknown.filter(({ path }) => path.join('.') !== error.path.join('.'));
        const nothing = others.map(({ path, id }) => ({ path, message: `there is nothing with the id “${id}”.` }));
        return [{ path: error.path, message: error.sentence }, ...nothing];
      }
      const isOwnId =
        batch.expunged(given) !== null || (error instanceof AlreadyRecordedError && error.given === given.externalId);
      if (error instanceof DomainError) return [{ path: isOwnId ? ['externalId'] : [], message: error.message }];
      throw error;
    }
  }
}

const IMPORT: Audited = {
  accountId: null,
  keyId: null,
  operation: 'import',
  negotiationId: null,
  subjectType: null,
  subjectId: null,
};

/** What no line of an import is decided on once it is checked itself: the words, and whatever hangs on a statement. */
const DISPENSABLE = {
  statement: ['text', 'about', 'relays', 'translations'],
  pseudonym: 'all',
  source_judgement: 'all',
  ...Object.fromEntries(childModels().map((model) => [snake(model), 'all'] as const)),
} as const;
