import { LRUCache } from 'lru-cache';
import type { Answer } from './answer.ts';
import type { Answers } from './answer-log.ts';
import { Turns } from './turns.ts';

/** How many entries make a page. */
export const PAGE = 64;
/** How many pages are read side by side. */
const SIDE_BY_SIDE = 4;
/** What a page takes that has nothing in it. */
const EMPTY_BYTES = 500;

/** Whose answers they are. */
export interface PageSource {
  /** Whose turns it takes. */
  readonly begunBy: string;
  /** Answers after a position, some, in order. */
  readPage(after: bigint): Promise<Answers>;
}

interface Wanted {
  readonly source: PageSource;
  readonly after: bigint;
}

/**
 * Answers from further back than a group keeps them, read once for all who come back at about the same time: clients are
 * behind by this much and that, and share the page that begins at the round number before.
 */
export class Pages {
  readonly #pages: LRUCache<string, Answers, Wanted>;
  readonly #turns = new Turns(SIDE_BY_SIDE);
  readonly #numbers = new WeakMap<PageSource, number>();
  #numbered = 0;
  #erasures = 0;

  /** @param bytes how much is kept */
  constructor(bytes: number) {
    this.#pages = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ answers }) => answers.reduce((sum, answer) => sum + answer.bytes, EMPTY_BYTES),
      fetchMethod: (_key, _stale, { context: { source, after } }) =>
        this.#turns.take(source.begunBy, () => source.readPage(after)),
      // A page that somebody waits for comes, whatever is done to the cache meanwhile.
      ignoreFetchAbort: true,
    });
  }

  /** The next answers of a group after a position, some of them; perhaps with a few of those before it. */
  async after(source: PageSource, position: bigint): Promise<Answers> {
    const erasures = this.#erasures;
    let page = await this.#page(source, position - (position % BigInt(PAGE)), position);
    while (page.isCut && page.end <= position) page = await this.#page(source, page.end, position);
    return erasures === this.#erasures ? page : this.after(source, position);
  }

  #page(source: PageSource, after: bigint, position: bigint): Promise<Answers> {
    const key = `${this.#numberOf(source)}:${after}`;
    const known = this.#pages.get(key);
    return this.#pages.forceFetch(key, {
      context: { source, after },
      // One that was read earlier may end before there is anything for this client, or have failed then.
      forceRefresh: known !== undefined && ((known.end <= position && !known.isCut) || known.answers.some(isFailed)),
    });
  }

  /** Forgets all: something was erased. */
  forget(): void {
    this.#erasures += 1;
    this.#pages.clear();
  }

  #numberOf(source: PageSource): number {
    const known = this.#numbers.get(source);
    if (known !== undefined) return known;
    this.#numbered += 1;
    this.#numbers.set(source, this.#numbered);
    return this.#numbered;
  }
}

function isFailed(answer: Answer): boolean {
  return answer.isFailed;
}
