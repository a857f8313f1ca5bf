// Loaded into a server whose executions and serialisations of events are counted, from outside: by a field that every
// execution resolves once, and by what the process turns into JSON. Each message asks for both.
import { isObjectType } from 'graphql';
import { whenAsked } from './asked.ts';

// The one of the program beside which this file is compiled.
const { schema } = await import(new URL('../../graphql/schema.js', import.meta.url).href);

let executions = 0;
let serialisations = 0;

for (const name of ['StatementPublished', 'StatementCorrected', 'StatementWithdrawn', 'StatementExpunged']) {
  const type = schema.getType(name);
  const field = isObjectType(type) ? type.getFields().recordedAt : undefined;
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) throw new Error(`${name} has no recordedAt to count by`);
  field.resolve = (...args) => {
    executions += 1;
    return resolve(...args);
  };
}

const stringify = JSON.stringify as (...args: unknown[]) => string | undefined;
JSON.stringify = ((...args: unknown[]) => {
  const text = stringify(...args);
  if (text?.includes('"__typename":"StatementPublished"')) serialisations += 1;
  return text;
  // Its overloads differ in what they take beside the value, which is passed through.
}) as typeof JSON.stringify;

whenAsked('executions', () => ({ executions, serialisations }));
