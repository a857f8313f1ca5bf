// What is asked about: so many draws from a record, the same for the same seed.
import pg from 'pg';
import { Cursors } from '../../../src/ledger/cursor.ts';
import { globalId } from '../../../src/ledger/subjects.ts';
import { positionOfStatement, shapeOf } from './generated-record.ts';
import { OPERATIONS, type OperationName, type Subject } from './operations.ts';

const DRAWS = 400;
/** The negotiations that hold most of the record, as many in each size of it. */
const TALKS = 12;
const WORDS = [
  'crane strike',
  'fuel convoy',
  'hospital corridor',
  'ceasefire talks',
  'prisoners exchange',
  'port fuel',
];

export type Moment = 'now' | 'the middle';

/** The bodies of requests, to the limit and to the API. */
export interface Bodies {
  readonly limit: readonly string[];
  readonly api: readonly string[];
}

export interface Questions {
  bodies(name: OperationName, moment: Moment): Bodies;
}

export async function drawQuestions(url: string, statements: number): Promise<Questions> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await drawFrom(async (text) => (await client.query(text)).rows, statements);
  } finally {
    await client.end();
  }
}

/** @param read gives the rows of a statement of SQL */
export async function drawFrom(read: (text: string) => Promise<unknown>, statements: number): Promise<Questions> {
  const shape = shapeOf(statements);
  // The statements below say what they give.
  const [head] = (await read('SELECT cursor_key FROM ledger_head')) as { cursor_key: Uint8Array }[];
  const cursors = new Cursors(head?.cursor_key ?? new Uint8Array());
  const cursor = (position: string) => cursors.seal(BigInt(position));
  // Strides that have no divisor in common with the numbers, so that the draws are spread and none comes twice soon.
  const spread = (index: number, count: number) => (index * 7_919) % count;
  // Of the first half, so that each is there at the middle too.
  const numbers = Array.from({ length: DRAWS }, (_, index) => 1 + spread(index, Math.floor(statements / 2)));
  const positions = numbers.map((number) => positionOfStatement(shape, number));
  const rows = (await read(
    `SELECT subject_id AS id FROM unnest('{${positions.join()}}'::bigint[]) WITH ORDINALITY AS w(position, n) JOIN ledger l USING (position) ORDER BY w.n`,
  )) as { id: string }[];
  const middle = String(positionOfStatement(shape, Math.floor(statements / 2)));
  const [from, within] = [Math.ceil(statements * 0.4), Math.ceil(statements * 0.2)];
  return {
    bodies: (name, moment) => {
      const subjects = Array.from(
        { length: DRAWS },
        (_, index): Subject => ({
          slug: `talks-${1 + spread(index, TALKS)}`,
          statementId: rows[index]?.id ?? '',
          since: String(positionOfStatement(shape, from + spread(index, within))),
          words: WORDS[index % WORDS.length] as string,
          at: moment === 'now' ? null : middle,
        }),
      );
      const { query, variables } = OPERATIONS[name];
      const ofStatement = (id: string) => globalId('Statement', id);
      return {
        limit: subjects.map((subject) => JSON.stringify(subject)),
        api: subjects.map((subject) => JSON.stringify({ query, variables: variables(subject, cursor, ofStatement) })),
      };
    },
  };
}
