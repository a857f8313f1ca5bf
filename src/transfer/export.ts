import { Prisma } from '../database/connect.ts';
import { hiddenFrom, type Viewer } from '../desk/policy.ts';
import { subjectAt } from '../graphql/node.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { isThere, NOTHING_HIDDEN } from '../ledger/hidden.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { At, Snapshot } from '../ledger/snapshot.ts';
import type { SubjectRows, SubjectType } from '../ledger/subjects.ts';
import { pseudonymById, rootOf } from '../statement/pseudonym.ts';
import { changedLeg, goneBy, inputTypeOf, RECORDS, recorded } from './recorded.ts';
import { changesOf, inputOf, type RowInput } from './row-input.ts';

const { sql } = Prisma;

/** How many entries are read at once. */
const PAGE = 250;

/** The mutation that changes each kind of subject in the one way in which it changes. */
const CHANGES: Partial<Record<SubjectType, string>> = {
  Post: 'endPost',
  Participation: 'leaveNegotiation',
  Term: 'settleTerm',
  Proposal: 'lapseProposal',
  Message: 'recordLeg',
  Outcome: 'resolveOutcome',
};

type Version = At<SubjectRows[SubjectType]>;

/** An entry, with the version that it began and the one that it ended. */
interface Versions {
  readonly entry: LedgerEntry;
  readonly row: Version;
  readonly before: Version | null;
}

/** The same, each version also as the input that would record it. */
interface Step extends Versions {
  readonly input: RowInput;
  readonly inputBefore: RowInput | null;
}

/**
 * The record as a file that an import takes: a line for each entry up to now that is there for a viewer, so that the import
 * has the same history. Of what was expunged there is nothing, also of what cites it. Ids are those of this record, and
 * the numbers of unnamed sources are given anew.
 * @param viewer null for whoever runs the database, and may read all of it
 */
export async function* exportRecord(ledger: Ledger, viewer: Viewer | null): AsyncGenerator<string, void> {
  const position = await ledger.head();
  const exporting = new Exporting(ledger);
  for (let after = 0n; after < position; ) {
    // Who may read what is decided for each page again, as it may take long.
    const { restricted } = await ledger.look();
    const hidden = viewer === null ? NOTHING_HIDDEN : hiddenFrom(viewer, restricted);
    const entries = await ledger.read<LedgerEntry>(sql`
      SELECT t.position, t.action, t.subject_type AS "subjectType", t.subject_id AS "subjectId", t.note,
             t.negotiation_id AS "negotiationId", t.recorded_at AS "recordedAt"
      FROM ledger t WHERE t.position > ${after} AND t.position <= ${position} ${isThere(hidden, sql`t.negotiation_id`)}
      ORDER BY t.position LIMIT ${PAGE}`);
    const snapshot = ledger.snapshot(position, hidden);
    for (const line of await exporting.lines(entries, snapshot)) yield `${JSON.stringify(line)}\n`;
    after = entries.length < PAGE ? position : (entries.at(-1)?.position ?? position);
  }
}

class Exporting {
  readonly #ledger: Ledger;
  /** How many corrections of a statement there is no line of, so that later ones are of an earlier revision there. */
  readonly #leftOut = new Map<string, number>();
  /** Pseudonyms that are joined to others in this record, and not in the file. */
  readonly #apart = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  async lines(entries: readonly LedgerEntry[], snapshot: Snapshot): Promise<object[]> {
    const read = await Promise.all(entries.map((entry) => versions(entry, snapshot)));
    // Looked for once they are read: what is expunged meanwhile is not told either.
    const isGone = goneBy(this.#ledger.snapshot(await this.#ledger.head(), snapshot.hidden));
    const steps = await Promise.all(read.map((versions) => versions && stepOf(versions, isGone)));
    const lines: object[] = [];
    for (const step of steps) {
      const line = step && (await this.#line(step));
      if (line) lines.push(line);
    }
    return lines;
  }

  async #line(step: Step): Promise<object | null> {
    const { entry, input } = step;
    const { subjectType: type, subjectId: id, action, note } = entry;
    if (action === 'RECORDED' || action === 'PUBLISHED') return { [RECORDS[type]]: { externalId: id, ...input } };
    const externalId = `${id}:${this.#ledger.cursors.seal(entry.position)}`;
    const self = `${type.charAt(0).toLowerCase()}${type.slice(1)}Id`;
    const about = { externalId, [self]: id };
    if (action === 'CHANGED') return changed(step, about);
    const revision = type === 'Statement' ? { revision: this.#revisionBefore(step) } : {};
    if (action === 'WITHDRAWN') return { [`withdraw${type}`]: { ...about, ...revision, reason: note } };
    if (type === 'Statement') return this.#corrected(step, { ...about, ...revision });
    const inputType = `${type}ChangesInput`;
    const changes = changesOf(inputOf(inputType, step.before ?? {}), inputOf(inputType, step.row));
    return Object.keys(changes).length === 0 ? null : { [`correct${type}`]: { ...about, note, changes } };
  }

  #revisionBefore({ row, entry }: Step): number {
    const { revision } = row as SubjectRows['Statement'];
    return revision - 1 - (this.#leftOut.get(entry.subjectId) ?? 0);
  }

  async #corrected(step: Step, about: RowInput): Promise<object | null> {
    const { entry, input, inputBefore } = step;
    const changes = changesOf(inputBefore?.content as RowInput, input.content as RowInput);
    const line =
      Object.keys(changes).length > 0
        ? { correctStatement: { ...about, note: entry.note, changes, descriptorAnswer: input.descriptorAnswer } }
        : await this.#judged(step, String(about.externalId));
    if (line === null) this.#leftOut.set(entry.subjectId, (this.#leftOut.get(entry.subjectId) ?? 0) + 1);
    return line;
  }

  /** A judgement on an unnamed source, with what readers were told as its reason: why it was made is the desk's own. */
  async #judged({ entry, row, before }: Step, externalId: string): Promise<object | null> {
    const { pseudonymId } = row as At<SubjectRows['Statement']>;
    if (pseudonymId === null || before === null) return null;
    const [own, was, is] = await Promise.all([
      row.snapshot.load(pseudonymById, pseudonymId),
      rootOf(before.snapshot, pseudonymId),
      rootOf(row.snapshot, pseudonymId),
    ]);
    if (was === null || is === null || was.id === is.id) return null;
    const reason = entry.note;
    if (own?.joinedToId === null) {
      return this.#apart.delete(own.id) ? null : { splitSource: { externalId, statementId: entry.subjectId, reason } };
    }
    const other = await this.#ledger.prisma.statement.findFirst({
      where: { negotiationId: is.negotiationId, pseudonymId: is.id, ...row.snapshot.inForce },
    });
    if (other !== null) {
      return { joinSources: { externalId, statementId: other.id, otherStatementId: entry.subjectId, reason } };
    }
    this.#apart.add(was.id);
    return null;
  }
}

async function versions(entry: LedgerEntry, snapshot: Snapshot): Promise<Versions | null> {
  const { subjectType, subjectId, action, position } = entry;
  if (action === 'EXPUNGED') return null;
  const isFirst = action === 'RECORDED' || action === 'PUBLISHED';
  const at = (position: bigint) =>
    subjectAt(snapshot.moved(position), subjectType, subjectId) as Promise<Version | null>;
  const [row, before] = await Promise.all([at(position), isFirst ? null : at(position - 1n)]);
  return row && { entry, row, before };
}

/** Null for what is of a statement that is expunged, or is nothing without it. */
async function stepOf(
  { entry, ...versions }: Versions,
  isGone: (statementId: string) => Promise<boolean>,
): Promise<Step | null> {
  const { subjectType: type, subjectId } = entry;
  const row = await citing(versions.row, isGone);
  const before = versions.before && (await citing(versions.before, isGone));
  if (type === 'Statement' && (await isGone(subjectId))) return null;
  if (type === 'ProposalAnswer' && (row as SubjectRows['ProposalAnswer']).statementId === null) return null;
  const input = await recorded(type, row as never, isGone);
  return { entry, row, before, input, inputBefore: before && (await recorded(type, before as never, isGone)) };
}

/** A version that cites no statement which is expunged. */
async function citing(row: Version, isGone: (statementId: string) => Promise<boolean>): Promise<Version> {
  const { statementId = null } = row as { statementId?: string | null };
  return statementId !== null && (await isGone(statementId)) ? ({ ...row, statementId: null } as Version) : row;
}

async function changed({ entry, row, before }: Versions, about: RowInput): Promise<object> {
  const { subjectType: type, note } = entry;
  if (type === 'Negotiation') {
    const [was, is] = [before, row] as SubjectRows['Negotiation'][];
    if (was?.access === is?.access) return { changeNegotiationStatus: { ...about, note, status: is?.status } };
    const slug = was?.slug === is?.slug ? {} : { slug: is?.slug };
    return { changeNegotiationAccess: { ...about, note, access: is?.access, ...slug } };
  }
  const mutation = CHANGES[type];
  if (mutation === undefined) throw new Error(`a ${type} changes in no way that is known`);
  const own = inputOf(inputTypeOf(mutation), row);
  if (type === 'Message') Object.assign(own, { leg: await changedLeg(row as At<SubjectRows['Message']>) });
  if (type === 'Outcome') own.occurred = (row as SubjectRows['Outcome']).resolution === 'OCCURRED';
  return { [mutation]: { ...own, note, ...about } };
}
