import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { ReadRefusedError } from '../src/ledger/errors.ts';
import { readGlobalId } from '../src/ledger/subjects.ts';
import { ABOUT_THE_PAST, anyCommand, anyLedger } from './support/ledgers/commands.ts';
import { anyArguments, LISTS, type List, pageOf } from './support/ledgers/lists.ts';
import { type Asker, TestRecord } from './support/ledgers/record.ts';

/** How many ledgers, and from which seed: this one is of ledgers in which no list has one page only. */
const LEDGERS = Number(process.env.LEDGERS || 5);
const SEED = process.env.LEDGERS_SEED === 'random' ? Date.now() % 2 ** 31 : Number(process.env.LEDGERS_SEED || 2);
/** By how many each list is paged through while the same is written. */
const READERS = 6;

/** Somebody who is to page through a list. */
interface Reading {
  readonly list: List;
  readonly args: Readonly<Record<string, unknown>>;
  readonly asker: Asker;
  /** Which of the things that may have this list. */
  readonly which: number;
  readonly size: number;
  readonly isBackward: boolean;
}

const anyReadings: fc.Arbitrary<readonly Reading[]> = fc.tuple(
  ...LISTS.flatMap((list) => Array<List>(READERS).fill(list)).map((list) =>
    fc.record({
      list: fc.constant(list),
      args: anyArguments(list),
      asker: fc.constantFrom('anybody' as const, 'the desk' as const),
      which: fc.nat(),
      size: fc.integer({ min: 1, max: 5 }),
      isBackward: fc.boolean(),
    }),
  ),
);

/** What is written between two pages: nothing of it is erased or closed, which would tell of the past too. */
const between = fc.array(
  anyCommand().filter(({ mutation }) => !ABOUT_THE_PAST.includes(mutation)),
  { minLength: 10, maxLength: 20 },
);

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: object }[];
  readonly nodes: readonly object[];
  readonly pageInfo: {
    readonly startCursor: string | null;
    readonly endCursor: string | null;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
}

const NOTHING: Page = {
  edges: [],
  nodes: [],
  pageInfo: { startCursor: null, endCursor: null, hasNextPage: false, hasPreviousPage: false },
};

/** A list that somebody pages through: what was there when they began, and what came by now. */
class Paging {
  readonly name: string;
  readonly #ask: (bounds: object) => Promise<Page>;
  readonly #reading: Reading;
  readonly #whole: Page['edges'];
  #came: Page['edges'] = [];
  #cursor: string | null = null;
  hasMore = true;

  private constructor(ask: (bounds: object) => Promise<Page>, reading: Reading, whole: Page['edges']) {
    const { list, args, size, isBackward } = reading;
    this.name = `${list.of}.${list.field} by ${size}${isBackward ? ' backwards' : ''} ${JSON.stringify(args)}`;
    this.#ask = ask;
    this.#reading = reading;
    this.#whole = whole;
  }

  /** @returns null where nothing that is there has such a list, it is refused, or is too long to be had whole */
  static async begin(record: TestRecord, reading: Reading): Promise<Paging | null> {
    const { asker, list, args, which } = reading;
    const ids = await record.idsOfAll();
    const given = JSON.parse(JSON.stringify(record.named(args)), (_, value) => ids.get(value) ?? value);
    const having = [...ids.values()].filter((id) => readGlobalId(id)?.type === list.of);
    const ask = async (bounds: object, ids: readonly string[]): Promise<Page[]> => {
      const { data, errors } = await record.ask(asker, pageOf(list), { ...given, ...bounds, ids });
      if (errors !== undefined) throw errors[0];
      const { nodes = [data] } = data as { nodes?: (object | null)[] };
      return nodes.map((node) => (node as { list?: Page } | null)?.list ?? NOTHING);
    };
    try {
      const lists = (await ask({ first: 100 }, having))
        .map(({ edges, pageInfo }, index) => ({ edges, isWhole: !pageInfo.hasNextPage, id: having[index] ?? '' }))
        .filter(({ edges, isWhole }) => edges.length > 0 && isWhole);
      const long = lists.filter(({ edges }) => edges.length > 1);
      const { edges, id } = long[which % long.length] ?? lists[0] ?? {};
      if (edges === undefined) return null;
      return new Paging(async (bounds) => (await ask(bounds, [id ?? '']))[0] ?? NOTHING, reading, edges);
    } catch (error) {
      if (error instanceof GraphQLError && error.originalError instanceof ReadRefusedError) return null;
      throw error;
    }
  }

  get length(): number {
    return this.#whole.length;
  }

  /** Takes the next page, and sees that it is the next part of what was there. */
  async goOn(): Promise<void> {
    const { size, isBackward } = this.#reading;
    const page = await this.#ask(
      isBackward ? { last: size, before: this.#cursor } : { first: size, after: this.#cursor },
    );
    const { edges, nodes, pageInfo } = page;
    this.#came = isBackward ? [...edges, ...this.#came] : [...this.#came, ...edges];
    const count = this.#came.length;
    const whole = isBackward ? this.#whole.slice(-count) : this.#whole.slice(0, count);
    expect(this.#came, this.name).toEqual(count === 0 ? [] : whole);
    expect(nodes).toEqual(edges.map(({ node }) => node));
    const { startCursor, endCursor, hasNextPage, hasPreviousPage } = pageInfo;
    const ends = [edges[0]?.cursor ?? null, edges.at(-1)?.cursor ?? null];
    expect([startCursor, endCursor], this.name).toEqual(ends);
    this.hasMore = isBackward ? hasPreviousPage : hasNextPage;
    expect(this.hasMore, this.name).toBe(count < this.#whole.length);
    expect(isBackward ? hasNextPage : hasPreviousPage, this.name).toBe(this.#cursor !== null);
    this.#cursor = isBackward ? startCursor : endCursor;
  }
}

const came = new Set<string>();

it(`a list gives what was there at its first page, each once and nothing else, whatever is written between its pages, in ${LEDGERS} ledgers of seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(anyLedger, between, anyReadings, async (ledger, changes, readings) => {
      await using record = await TestRecord.open();
      for (const command of ledger) await record.do(command);
      const begun = await Promise.all(readings.map((reading) => Paging.begin(record, reading)));
      let going = begun.filter((paging) => paging !== null);
      for (const { name, length } of going) if (length > 1) came.add(name.replace(/ .*/, ''));
      for (let turn = 0; going.length > 0; turn += 1) {
        await Promise.all(going.map((paging) => paging.goOn()));
        going = going.filter(({ hasMore }) => hasMore);
        await record.do(changes[turn % changes.length]!);
      }
    }),
    { numRuns: LEDGERS, seed: SEED, endOnFailure: true },
  );
  if (process.env.LEDGERS || process.env.LEDGERS_SEED) return;
  expect(LISTS.map(({ of, field }) => `${of}.${field}`).filter((name) => !came.has(name))).toEqual([]);
}, 300_000);
