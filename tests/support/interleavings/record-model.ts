import { expect } from 'vitest';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { Plan, type PlannedEntry, type PlannedRow, type Position } from '../../../src/ledger/plan.ts';
import { fill, openTalks, type Writer, write } from './writing.ts';

/** Something that the desk does to a statement; `which` of those there are, counted round. */
export interface Change {
  readonly what: 'publish' | 'correct' | 'withdraw' | 'expunge';
  readonly talks: 0 | 1;
  readonly which: number;
  readonly act: Act;
}

export type Act = 'DENY' | 'COMMENT';

/** What is asked for: all statements of one of the talks, or those that do one thing. */
export interface Question {
  readonly talks: 0 | 1;
  readonly act: Act | null;
}

interface Statement {
  readonly id: string;
  readonly talks: 0 | 1;
  /** The position of its expunction. */
  erasedAt: bigint | null;
}

interface Version {
  readonly state: 'PUBLISHED' | 'WITHDRAWN' | 'EXPUNGED';
  readonly revision: number;
  readonly text: string;
  readonly act: Act;
  readonly from: Position;
  /** Where its statement began. */
  readonly first: Position;
  readonly row: PlannedRow;
}

/** An entry of the ledger, as it is to be told. */
export interface Told {
  readonly position: bigint;
  readonly statement: Statement;
  readonly action: 'PUBLISHED' | 'CORRECTED' | 'WITHDRAWN' | 'EXPUNGED';
  readonly note: string | null;
  readonly text: string;
  readonly revision: number;
  /** What it did before, and what it does since. */
  readonly acts: readonly Act[];
}

const ACTIONS = { publish: 'PUBLISHED', correct: 'CORRECTED', withdraw: 'WITHDRAWN', expunge: 'EXPUNGED' } as const;

/** What the ledger has to hold, kept beside it: all entries about the statements of two talks, in order. */
export class RecordModel {
  /** The two talks, by row id. */
  readonly talks: readonly [string, string] = [crypto.randomUUID(), crypto.randomUUID()];
  readonly told: Told[] = [];
  head: bigint;
  #standing = new Map<Statement, Version>();
  #written = 0;

  constructor(head: bigint) {
    this.head = head;
  }

  /** Opens the two talks, and goes on to a round position, so that what follows is the same wherever it stands. */
  async open(ledger: Ledger, round: bigint): Promise<void> {
    const plan = new Plan();
    for (const id of this.talks) openTalks(plan, id);
    fill(plan, Number(round - ((this.head + 2n) % round)), null);
    await this.#write(ledger, plan, 'this node');
  }

  /** Writes entries that nobody asks for: of one of the talks, or of none. */
  async fill(ledger: Ledger, count: number, talks: 0 | 1 | null, writer: Writer): Promise<void> {
    const plan = new Plan();
    fill(plan, count, talks === null ? null : this.talks[talks]);
    await this.#write(ledger, plan, writer);
  }

  /** Writes a batch of changes, and knows of them when they are in the ledger. */
  async change(ledger: Ledger, changes: readonly Change[], writer: Writer): Promise<void> {
    const plan = new Plan();
    const standing = new Map(this.#standing);
    const told: Omit<Told, 'position'>[] = [];
    for (const change of changes) told.push(this.#plan(change, plan, standing));
    const base = await this.#write(ledger, plan, writer);
    if (base === null) return;
    for (const [index, entry] of told.entries()) {
      const position = base + BigInt(index + 1);
      this.told.push({ ...entry, position });
      if (entry.action === 'EXPUNGED') entry.statement.erasedAt = position;
    }
    const known = (at: Position) => (typeof at === 'bigint' ? at : base + BigInt(plan.entries.indexOf(at) + 1));
    for (const [statement, version] of standing) {
      standing.set(statement, { ...version, from: known(version.from), first: known(version.first) });
    }
    this.#standing = standing;
  }

  /** What is to be told of a question, in order. */
  wanted({ talks, act }: Question): Told[] {
    return this.told.filter(
      ({ statement, action, acts }) =>
        statement.talks === talks && (act === null || acts.includes(act) || action === 'EXPUNGED'),
    );
  }

  async #write(ledger: Ledger, plan: Plan, writer: Writer): Promise<bigint | null> {
    const base = await write(ledger, plan, writer);
    if (base === null) return null;
    expect(base).toBe(this.head);
    this.head += BigInt(plan.entries.length);
    return base;
  }

  #plan(change: Change, plan: Plan, standing: Map<Statement, Version>): Omit<Told, 'position'> {
    const known = [...standing].filter(([, { state }]) =>
      change.what === 'expunge' ? state !== 'EXPUNGED' : state === 'PUBLISHED',
    );
    const [statement, before] = (change.what !== 'publish' && known[change.which % Math.max(1, known.length)]) || [
      { id: crypto.randomUUID(), talks: change.talks, erasedAt: null },
      null,
    ];
    const action = before === null ? 'PUBLISHED' : ACTIONS[change.what];
    this.#written += 1;
    const note = before === null ? null : `note ${this.#written}`;
    const entry: PlannedEntry = {
      action,
      subject: { type: 'Statement', id: statement.id },
      negotiationId: this.talks[statement.talks],
      note,
    };
    plan.entries.push(entry);
    const isNew = action === 'PUBLISHED' || action === 'CORRECTED';
    const version = {
      state: action === 'WITHDRAWN' || action === 'EXPUNGED' ? action : ('PUBLISHED' as const),
      revision: (before?.revision ?? 0) + 1,
      text: isNew || before === null ? `words ${this.#written}` : before.text,
      act: isNew || before === null ? change.act : before.act,
      from: entry,
      first: before?.first ?? entry,
    };
    const row = {
      ...ORDINARY,
      id: statement.id,
      fromPosition: entry,
      firstPosition: version.first,
      negotiationId: entry.negotiationId,
      state: version.state,
      revision: version.revision,
      text: version.text,
      speechActs: [version.act],
    };
    if (typeof before?.from === 'bigint') {
      plan.close.push({ table: 'statement', key: 'id', id: statement.id, expected: before.from, until: entry });
    } else if (before !== null) {
      before.row.untilPosition = entry;
    }
    plan.row('statement', row);
    standing.set(statement, { ...version, row });
    const acts = before === null ? [version.act] : [before.act, version.act];
    return { statement, action, note, text: version.text, revision: version.revision, acts };
  }
}

/** What a statement has besides. */
const ORDINARY = {
  language: 'en',
  quotationType: 'INDIRECT',
  sourceKind: 'UNKNOWN',
  attributionLevel: 'NOT_STATED',
  attributionInferred: false,
  saidEarliest: '2026-03-02T00:00:00Z',
  saidLatest: '2026-03-03T00:00:00Z',
  saidPrecision: 'DAY',
  saidBasis: 'STATED',
  about: [],
  relays: [],
  translations: [],
};
