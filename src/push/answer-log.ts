import type { Answer } from './answer.ts';

/** Answers in order: all those whose positions lie after one position and up to another. */
export interface Answers {
  readonly answers: readonly Answer[];
  /** The position up to which these are all. */
  readonly end: bigint;
  /** Whether they end before the page does, as they would weigh too much. */
  readonly isCut?: boolean;
}

/** The last answers of a group, as many as fit: whoever comes back soon is served from here. */
export class AnswerLog implements Answers {
  readonly answers: Answer[] = [];
  #start: bigint;
  #end: bigint;
  #bytes = 0;
  #bytesEver = 0;
  #hasFailed = false;

  constructor(position: bigint) {
    this.#start = position;
    this.#end = position;
  }

  /** The position after which all answers are here. */
  get start(): bigint {
    return this.#start;
  }

  get end(): bigint {
    return this.#end;
  }

  /** How much was ever appended: from the difference of two looks one sees how much was missed. */
  get bytesEver(): number {
    return this.#bytesEver;
  }

  /** @param most bytes to keep; what has just come is kept in any case, as everybody is about to be given it */
  append(answers: readonly Answer[], end: bigint, most: number): void {
    let added = 0;
    for (const answer of answers) {
      this.answers.push(answer);
      this.#hasFailed ||= answer.isFailed;
      added += answer.bytes;
    }
    this.#end = end;
    this.#bytes += added;
    this.#bytesEver += added;
    this.trim(Math.max(most, added));
  }

  trim(most: number): void {
    let count = 0;
    let left = this.#bytes;
    while (left > most && count < this.answers.length) {
      left -= this.answers[count]?.bytes ?? 0;
      count += 1;
    }
    this.#drop(count);
  }

  /** Keeps nothing up to the last that could not be answered: who comes back from before it is answered anew. */
  forgetFailed(): void {
    if (!this.#hasFailed) return;
    this.#hasFailed = false;
    this.#drop(this.answers.findLastIndex(({ isFailed }) => isFailed) + 1);
  }

  #drop(count: number): void {
    if (count === 0) return;
    this.#start = this.answers[count - 1]?.position ?? this.#start;
    for (const { bytes } of this.answers.splice(0, count)) this.#bytes -= bytes;
  }

  /** Keeps nothing of what was: it may hold words that are to be seen no more. */
  forget(): void {
    this.answers.length = 0;
    this.#start = this.#end;
    this.#bytes = 0;
  }
}

/** The index of the first answer after a position; nearly always one of the last, so it is sought from there. */
export function indexAfter({ answers }: Answers, position: bigint): number {
  let index = answers.length;
  while (index > 0) {
    const before = answers[index - 1];
    if (before === undefined || before.position <= position) break;
    index -= 1;
  }
  return index;
}
