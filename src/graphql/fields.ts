import type { InputFieldBuilder } from '@pothos/core';
import { builder, type SchemaTypes } from './builder.ts';

export type InputFields = InputFieldBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>, 'InputObject'>;

/** The field that every input of the desk begins with. */
export function externalId(t: InputFields) {
  return t.string({
    description:
      'The caller’s own id for this: other inputs may refer by it, and the same input given twice is written once.',
  });
}

/** To readers: why something changed. */
export function note(t: InputFields) {
  return t.string({ description: 'To readers: what changed, or why.' });
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
