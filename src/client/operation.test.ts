import { describe, expect, it } from 'vitest';
import { UnresumableError } from './errors.ts';
import { goingOnFrom, readOperation } from './operation.ts';

describe('reading an operation', () => {
  it.each([
    [
      'in its field',
      'subscription ($id: ID!, $after: Cursor) { statements(negotiationId: $id, after: $after) { cursor } }',
      'after',
    ],
    ['under another name', 'subscription ($from: Cursor) { timeline(after: $from) { cursor } }', 'from'],
    ['in an inline fragment', 'subscription ($after: Cursor) { ... { timeline(after: $after) { cursor } } }', 'after'],
    [
      'in a fragment',
      'subscription ($c: Cursor) { ...F } fragment F on Subscription { timeline(after: $c) { cursor } }',
      'c',
    ],
  ])('finds the variable that is passed to `after` %s', (_, text, variable) => {
    expect(readOperation(text)).toEqual({ kind: 'subscription', variable, fallback: null });
  });

  it.each([
    ['no such argument', 'subscription S { statements(negotiationId: "x") { cursor } }'],
    ['a value in the document', 'subscription S { statements(negotiationId: "x", after: "c") { cursor } }'],
    [
      'it in a comment or a text only',
      'subscription S { # (after: $after)\n statements(negotiationId: "(after: $after)") { cursor } }',
    ],
    [
      'it in a field below only',
      'subscription S($after: Cursor) { negotiation { statements(after: $after) { cursor } } }',
    ],
  ])('refuses a subscription that has %s', (_, text) => {
    expect(() => readOperation(text)).toThrow(UnresumableError);
    expect(() => readOperation(text)).toThrow(/The subscription S has to pass a variable to the argument “after”/);
  });

  it('takes the one that is named, of several', () => {
    const text = 'query Q { head } subscription S($after: Cursor) { timeline(after: $after) { cursor } }';
    expect(readOperation(text).kind).toBe('query');
    expect(readOperation(text, 'S').kind).toBe('subscription');
    expect(() => readOperation(text, 'T')).toThrow('no operation T');
  });

  it('keeps a cursor that the document begins from', () => {
    const text = 'subscription ($after: Cursor = "c1") { timeline(after: $after) { cursor } }';
    expect(readOperation(text)).toMatchObject({ fallback: 'c1' });
  });

  it('says where text is no GraphQL', () => {
    expect(() => readOperation('subscription {')).toThrow(/Unexpected/);
  });

  it('goes on from another cursor, and changes nothing else', () => {
    const query = 'subscription ($id: ID!, $c: Cursor) { statements(negotiationId: $id, after: $c) { cursor } }';
    expect(goingOnFrom({ query, variables: { id: 'x', c: 'old' } }, 'new').variables).toEqual({ id: 'x', c: 'new' });
  });
});
