import type { InputFieldBuilder, InputRef } from '@pothos/core';
import type { Work } from '../ledger/work.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { bounds } from './input.ts';

const NOTE = bounds({ maxLength: 2_000 });

export type InputFields = InputFieldBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>, 'InputObject'>;

/** The field that every input of the desk begins with. */
export function externalId(t: InputFields) {
  return t.string({
    description:
      'The caller’s own id for this: other inputs may refer by it, and the same input given twice is written once.',
  });
}

/** The field of what is everybody's unless it is kept to one negotiation. */
export function keptTo(t: InputFields) {
  return t.id({
    description:
      'The talks that it is kept to: it may be named in them alone, and is there for those alone who may read them. Everybody’s when left out.',
  });
}

/** The row id of the negotiation that something is kept to; null for everybody's. @throws NotFoundError */
export function negotiationKeptTo(
  { negotiationId }: { readonly negotiationId?: string | null | undefined },
  work: Work,
): string | null {
  return work.maybe('Negotiation', negotiationId, ['negotiationId'])?.id ?? null;
}

/** To readers: why something changed. */
export function note(t: InputFields) {
  return t.string({ description: 'To readers: what changed, or why.' });
}

/** What is to be otherwise, of the fields of `changes`, and what readers are told of it. */
export function correction<Ref extends InputRef<unknown>>(t: InputFields, changes: Ref) {
  return {
    note: t.string({ required: true, ...NOTE, description: 'To readers: what changed.' }),
    changes: t.field({ type: changes, required: true, description: 'What is to be otherwise.' }),
  };
}

/** What readers are told of a withdrawal. */
export function withdrawal(t: InputFields) {
  return { reason: t.string({ required: true, ...NOTE, description: 'To readers: why.' }) };
}

/** How a reader says which moment of the record an answer is to be read at. */
export const AsOfInput = builder.inputType('AsOf', {
  isOneOf: true,
  description: 'A moment of the record. It is about what was recorded by then, not about when things were said.',
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: 'As it stood at this cursor.' }),
    instant: t.field({ type: 'DateTime', description: 'As it stood at this instant, which is not in the future.' }),
  }),
});
