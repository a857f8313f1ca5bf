import { buildSchema, execute, type GraphQLSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { executePlanned } from './execute.ts';

const schema: GraphQLSchema = buildSchema(`
  interface Named { name: String! }
  type Person implements Named { name: String! age: Int friend: Person best: Person! friends: [Person!]! maybe: [Person] fails: String failsHard: String! later: String laterFails: String laterFailsHard: Person! colour: Colour args(a: Int = 3, b: [String!]): String unreadable: String unreadableHard: Int! }
  type Place implements Named { name: String! }
  enum Colour { RED GREEN }
  union Found = Person | Place
  type Query { me: Person! person(name: String): Person found: [Found!]! named: [Named] nothing: Person! numbers: [Int!] notList: [Int] broken: Found wrong: Named bad: Int }
  type Subscription { me: Person }
`);

class Person {
  age = 41;
  name: string;
  colour: string;

  constructor(name: string, colour = 'RED') {
    this.name = name;
    this.colour = colour;
  }
  get __typename() {
    return 'Person';
  }
  friend = () => new Person('friend');
  best = async () => new Person('best', 'BLUE');
  friends = async () => [new Person('a'), Promise.resolve(new Person('b'))];
  maybe = () => [new Person('a'), null, new Error('one is missing'), Promise.reject(new Error('another is missing'))];
  fails = () => {
    throw new Error('failed');
  };
  failsHard = () => {
    throw new Error('failed hard');
  };
  later = async () => 'later';
  laterFails = async () => {
    throw new Error('failed later');
  };
  laterFailsHard = async () => null;
  args = (args: object) => JSON.stringify(args);
  get unreadable() {
    throw new Error('cannot be read');
  }
  get unreadableHard() {
    throw new Error('cannot be read either');
  }
}

const rootValue = {
  me: () => new Person('me'),
  person: ({ name }: { name?: string }) => (name === undefined ? null : new Person(name)),
  found: async () => [new Person('found'), { __typename: 'Place', name: 'Doha' }],
  named: () => [new Person('named'), null, { __typename: 'Place', name: null }],
  nothing: () => null,
  numbers: () => [1, 2, 'three'],
  notList: () => 5,
  broken: () => ({ __typename: 'Colour' }),
  wrong: () => ({ name: 'of no type' }),
  bad: () => 'not a number',
};

describe('what is executed by a plan gives what graphql gives', () => {
  it.each<[string, Record<string, unknown>?, string?]>([
    ['{ me { name age colour friend { name } } }'],
    ['{ me { b: name a: age name friend { age friend { friends { name } } } } }'],
    ['{ me { later name friends { name later } } numbers }'],
    ['{ me { fails laterFails name maybe { name } } }'],
    ['{ me { failsHard } }'],
    ['{ person(name: "a") { name failsHard later } me { name } }'],
    ['{ me { name later unreadable age } }'],
    ['{ me { name laterFails friend { unreadableHard name } unreadable } numbers }'],
    ['{ person(name: "a") { later laterFailsHard { name } } }'],
    ['{ person(name: "a") { best { name colour } } person2: person { name } }'],
    ['{ found { __typename ... on Person { name age } ... on Place { name } } }'],
    ['{ named { name __typename ... on Person { age } } }'],
    ['{ nothing { name } }'],
    ['{ numbers notList bad }'],
    ['{ me { args } x: me { args(a: 1, b: ["c"]) } y: me { args(a: null) } }'],
    ['query Q($a: Int, $b: [String!] = ["d"]) { me { args(a: $a, b: $b) } }', { a: 7 }],
    ['query Q($a: Int!) { me { args(a: $a) } }'],
    ['query Q($a: Int!) { me { args(a: $a) } }', { a: 'seven' }],
    [
      'query Q($with: Boolean!) { me { name @include(if: $with) age @skip(if: $with) ...F @include(if: $with) } } fragment F on Person { colour }',
      { with: true },
    ],
    [
      'query Q($with: Boolean!) { me { name @include(if: $with) age @skip(if: $with) ...F @include(if: $with) } } fragment F on Person { colour }',
      { with: false },
    ],
    ['query Q($with: Boolean = true) { me { name } numbers @include(if: $with) }', { with: null }],
    ['query Q($with: Boolean = true) { me { name friend { name @skip(if: $with) } } }', { with: null }],
    [
      'query Q($with: Boolean = true) { me { name friend { ...F @include(if: $with) } } } fragment F on Person { age }',
      { with: null },
    ],
    ['query A { me { name } } query B { numbers }', {}, 'B'],
    ['query A { me { name } } query B { numbers }'],
    ['query A { me { name } }', {}, 'C'],
    [
      '{ me { ...A ...B } } fragment A on Person { friend { name } } fragment B on Named { ... on Person { friend { age } } }',
    ],
    ['{ __proto__: me { name } me { name } }'],
    ['{ __schema { queryType { name fields { name } } } __type(name: "Colour") { enumValues { name } } }'],
    ['subscription { me { name later } }'],
  ])('%s', async (document, variableValues, operationName) => {
    const args = { schema, document: parse(document), rootValue, variableValues, operationName };
    const wanted = await execute(args);
    for (let time = 0; time < 2; time += 1) {
      const found = await executePlanned(args);
      // The order of errors is that in which they came up, which nothing fixes.
      const sorted = (result: typeof wanted) =>
        JSON.stringify({ ...result, errors: result.errors?.map((error) => JSON.stringify(error)).sort() });
      expect(sorted(found)).toBe(sorted(wanted));
    }
  });
});

it.each(['broken { __typename }', 'wrong { name }'])(
  'what is of no type that it may be is an error: %s',
  async (field) => {
    const args = { schema, document: parse(`{ ${field} numbers }`), rootValue };
    const [wanted, found] = [await execute(args), await executePlanned(args)];
    expect(found.data).toEqual(wanted.data);
    expect(found.errors?.map(({ path, locations }) => [path, locations])).toEqual(
      wanted.errors?.map(({ path, locations }) => [path, locations]),
    );
  },
);
