import {
  GraphQLEnumType,
  type GraphQLInputFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
} from 'graphql';
import { DateResolver, DateTimeResolver, URLResolver } from 'graphql-scalars';
import { describe, expect, it } from 'vitest';
import { asWritten, reread } from './draft-input.ts';

const fields: GraphQLInputFieldConfigMap = {
  day: { type: DateResolver },
  instants: { type: new GraphQLList(new GraphQLNonNull(DateTimeResolver)) },
  url: { type: URLResolver },
  kind: { type: new GraphQLEnumType({ name: 'Kind', values: { HELD_GROUP: { value: 'HeldGroup' } } }) },
  note: { type: GraphQLString },
};
const Inner = new GraphQLInputObjectType({ name: 'Inner', fields });
const Outer = new GraphQLInputObjectType({
  name: 'Outer',
  fields: { inner: { type: new GraphQLNonNull(Inner) }, number: { type: new GraphQLNonNull(GraphQLInt) } },
});

describe('the input of a draft', () => {
  it('comes back from JSON as it was given, what was left out left out', () => {
    const input = {
      inner: {
        day: new Date('2023-10-30T00:00:00Z'),
        instants: [new Date('2023-10-30T12:00:00.001Z')],
        url: new URL('https://news.example/a'),
        kind: 'HeldGroup',
        note: null,
      },
      number: 3,
    };
    const written: unknown = JSON.parse(JSON.stringify(asWritten(Outer, input)));
    expect(written).toEqual({
      inner: {
        day: '2023-10-30',
        instants: ['2023-10-30T12:00:00.001Z'],
        url: 'https://news.example/a',
        kind: 'HELD_GROUP',
        note: null,
      },
      number: 3,
    });
    expect(reread(Outer, written)).toEqual({ input, problems: [] });
    expect(reread(Outer, asWritten(Outer, { inner: {}, number: 0 })).input).toEqual({ inner: {}, number: 0 });
  });

  it('is told, each at its place, what does not fit its type any more', () => {
    const { problems } = reread(Outer, { inner: { kind: 'GONE', url: 7 }, more: 1 });
    expect(problems.map(({ path }) => path.join('.')).sort()).toEqual(['', '', 'inner.kind', 'inner.url']);
  });
});
