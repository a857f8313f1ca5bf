import type { LedgerEntry } from './entry.ts';
import type { SubjectType } from './subjects.ts';

/** What an entry of the ledger may touch: one subject, all of a kind, all of a negotiation, or everything. */
export type Tag = string;

const EVERYTHING: Tag = '*';
/** Of every answer, whatever it was read from and at which moment. */
export const ERASURE: Tag = 'erasure';

export function tagsOf({ action, subjectType, subjectId, negotiationId }: LedgerEntry): Tag[] {
  const tags = [EVERYTHING, kindTag(subjectType), subjectTag(subjectId)];
  if (action === 'EXPUNGED') tags.push(ERASURE);
  return negotiationId === null ? tags : [...tags, negotiationTag(negotiationId)];
}

const subjectTag = (id: string): Tag => `subject ${id}`;
const kindTag = (type: SubjectType): Tag => `kind ${type}`;
const negotiationTag = (id: string): Tag => `negotiation ${id}`;

/**
 * What one answer was read from at the head: as long as no later entry bears one of its tags, the same question has the
 * same answer. What is read at an earlier position is not noted, as it stays; an expunction touches whatever there is.
 */
export class Touched {
  readonly tags = new Set<Tag>([ERASURE]);
  readonly #homes = new Map<string, string>();
  #position: bigint | null = null;
  #letInto: readonly string[] = [];
  #isOfViewer = false;
  #isOfMoment = false;
  #isExecuting = false;

  /** The head that it is read at; null before anything was read. */
  get position(): bigint | null {
    return this.#position;
  }

  /** Whether it depends on who asks, beyond their rights. */
  get isOfViewer(): boolean {
    return this.#isOfViewer;
  }

  /** Whether it depends on when it is asked, beyond what the record says then. */
  get isOfMoment(): boolean {
    return this.#isOfMoment;
  }

  /** Restricted negotiations that its reader was let into, by row id: entries of any others touch nothing in it. */
  get letInto(): readonly string[] {
    return this.#letInto;
  }

  readAt(head: bigint, letInto: readonly string[]): void {
    this.#position = head;
    this.#letInto = letInto;
  }

  /** From here on whoever looks at the viewer is a resolver. */
  executing(): void {
    this.#isExecuting = true;
  }

  sawViewer(): void {
    if (this.#isExecuting) this.#isOfViewer = true;
  }

  sawClock(): void {
    this.#isOfMoment = true;
  }

  everything(): void {
    this.tags.add(EVERYTHING);
  }

  subject(id: string): void {
    this.tags.add(subjectTag(id));
  }

  kind(...types: readonly SubjectType[]): void {
    for (const type of types) this.tags.add(kindTag(type));
  }

  negotiation(id: string): void {
    this.tags.add(negotiationTag(id));
  }

  /** Remembers in which negotiation subjects are, for what is read of them later. */
  found(rows: readonly object[]): void {
    for (const row of rows as readonly { id?: unknown; negotiationId?: unknown }[]) {
      const { id, negotiationId } = row;
      if (typeof id === 'string' && typeof negotiationId === 'string') this.#homes.set(id, negotiationId);
    }
  }

  /** What is said about a subject in its negotiation. Of one that was not read before nobody knows which that is. */
  within(subjectId: string, otherwise: readonly SubjectType[]): void {
    const home = this.#homes.get(subjectId);
    if (home === undefined) this.kind(...otherwise);
    else this.negotiation(home);
  }
}
