import type { Question, Told } from './record-model.ts';

/** What somebody who follows a question is to be given, and how far they are: the model of a subscription. */
export class Following {
  readonly id = crypto.randomUUID();
  readonly question: Question;
  /** The last position that was given, and the last one that the client took. */
  #given: bigint | null = null;
  #taken: bigint | null = null;
  readonly #after: bigint | null;
  /** Where it began is one of these positions; without a cursor, only the server knows which. */
  #least: bigint;
  #most: bigint;

  /**
   * @param after the position to follow from; null for now
   * @param head the position of the ledger
   */
  constructor(question: Question, after: bigint | null, head: bigint) {
    this.question = question;
    this.#after = after;
    this.#least = after ?? head;
    this.#most = this.#least;
  }

  /** The position to resume from; null for now. */
  get from(): bigint | null {
    return this.#taken ?? this.#after;
  }

  /** It has begun, at the latest here. */
  begun(head: bigint): void {
    if (this.from === null) this.#most = head;
  }

  take(position: bigint): void {
    this.#taken = position;
  }

  /** The client comes back: what it did not take is to be given again. */
  resume(head: bigint): void {
    this.#given = this.#taken;
    if (this.from === null) this.#least = head;
  }

  /** @throws when this is not what is to be given next */
  give(position: bigint, wanted: readonly Told[]): Told {
    const last = this.#given ?? this.#least;
    if (position <= last) throw new Error(`${position} was given after ${last}: twice, or out of order`);
    const told = wanted.find((entry) => entry.position === position);
    if (told === undefined) throw new Error(`${position} was given, and was not asked for`);
    const lost = this.missing(wanted).filter((missing) => missing < position);
    if (lost.length > 0) throw new Error(`${lost} lost: ${position} was given after ${last}`);
    this.#given = position;
    return told;
  }

  /** The positions that are still to be given. */
  missing(wanted: readonly Told[]): bigint[] {
    const last = this.#given ?? (this.from === null ? this.#most : this.#least);
    return wanted
      .filter((entry) => entry.position > last && !this.#mayBeLeftOut(entry))
      .map(({ position }) => position);
  }

  /** What was erased does nothing any more, so who asks for what does something may not hear that it ever did. */
  #mayBeLeftOut({ statement, action }: Told): boolean {
    return this.question.act !== null && statement.erasedAt !== null && action !== 'EXPUNGED';
  }
}
