import { type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql';
import { schema } from '../graphql/schema.ts';

/** A row as the input that would write it has it: what has another name, or stands in another table, is left out. */
export type RowInput = Record<string, unknown>;

/**
 * What a row gives for the fields of an input type, by their names. An input names its fields as its table names the columns,
 * so that a field which is added to both is exported too.
 */
export function inputOf(inputType: string, row: object): RowInput {
  const type = schema.getType(inputType);
  if (!isInputObjectType(type)) throw new Error(`the schema has no input ${inputType}`);
  const input: RowInput = {};
  for (const field of Object.values(type.getFields())) {
    const value = fieldOf(field.name, field.type, row as Record<string, unknown>);
    if (value !== undefined) input[field.name] = value;
  }
  return input;
}

/** The fields in which an input is another than the one before. */
export function changesOf(before: RowInput, after: RowInput): RowInput {
  return Object.fromEntries(
    Object.entries(after).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field])),
  );
}

function fieldOf(name: string, type: GraphQLInputType, row: Record<string, unknown>): unknown {
  const { [`${name}Earliest`]: earliest, [`${name}Latest`]: latest } = row;
  switch (getNamedType(type).name) {
    case 'IntervalInput':
      return earliest && { earliest, latest };
    case 'PartialDateInput': {
      if (!earliest) return earliest;
      const { [`${name}Precision`]: precision, [`${name}Phrase`]: phrase, [`${name}Basis`]: basis } = row;
      return { from: earliest, to: latest, precision, phrase, basis };
    }
    case 'Date':
      return row[name] instanceof Date ? row[name].toISOString().slice(0, 10) : row[name];
    default:
      return row[name];
  }
}
