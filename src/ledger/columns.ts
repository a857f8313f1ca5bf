import { Prisma } from '../database/connect.ts';
import { snake } from './subjects.ts';

/** A column of a table `t`, under the name that Prisma gives it. */
export interface Column {
  readonly property: string;
  readonly name: string;
  readonly cast: 'text[]' | undefined;
}

/** Columns as a statement selects them, and which they are. */
export type Columns = Prisma.Sql & {
  readonly list: readonly Column[];
  /** What rows of some columns alone inherit: to read any other is an error. */
  readonly guard: object | null;
};

/** A table of versions, and the columns `t` of it that are read. */
export interface Table {
  readonly name: string;
  readonly columns: Columns;
  /** What else must hold of a row `t`. */
  readonly where?: Prisma.Sql;
  /** Which negotiation a row `t` is of, or leads to, where its own column does not say so. */
  readonly negotiation?: Prisma.Sql;
}

type Casts = Record<string, 'text[]'>;
const NO_CASTS: Casts = {};
const known = new WeakMap<Record<string, string>, Columns>();

/** The columns of a table, under the names that Prisma gives them. */
export function columns(fields: Record<string, string>, casts = NO_CASTS): Columns {
  let found = casts === NO_CASTS ? known.get(fields) : undefined;
  if (found === undefined) {
    found = makeColumns(fields, casts);
    if (casts === NO_CASTS) known.set(fields, found);
  }
  return found;
}

function makeColumns(fields: Record<string, string>, casts: Casts): Columns {
  const list = Object.keys(fields).map((property) => ({ property, name: snake(property), cast: casts[property] }));
  return selected(list, null);
}

function selected(list: readonly Column[], guard: object | null): Columns {
  const texts = list.map(({ property, name, cast }) => `t.${name}${cast ? `::${cast}` : ''} AS "${property}"`);
  return Object.assign(Prisma.raw(texts.join(', ')), { list, guard });
}

/** What tells rows apart, their types, and the talks that they are of. */
const ALWAYS: ReadonlySet<string> = new Set(['id', 'kind', 'negotiationId']);

const asked = new WeakMap<Columns, WeakMap<Asked, Map<string, Columns>>>();

interface Asked {
  readonly properties: ReadonlySet<string> | null;
}

/** The columns that are asked for, and some that are needed beside. */
export function askedOf(columns: Columns, ahead: Asked | undefined, beside: readonly string[]): Columns {
  const properties = ahead?.properties;
  if (ahead === undefined || properties === undefined || properties === null) return columns;
  const ofColumns = asked.get(columns) ?? new WeakMap<Asked, Map<string, Columns>>();
  asked.set(columns, ofColumns);
  const known = ofColumns.get(ahead) ?? new Map<string, Columns>();
  ofColumns.set(ahead, known);
  const name = beside.join();
  let found = known.get(name);
  if (found === undefined) {
    const isAsked = ({ property }: Column) =>
      properties.has(property) || ALWAYS.has(property) || beside.includes(property);
    found = selected(columns.list.filter(isAsked), guardOf(columns.list.filter((column) => !isAsked(column))));
    known.set(name, found);
  }
  return found;
}

function guardOf(others: readonly Column[]): object {
  const guard = {};
  for (const { property } of others) {
    const get = () => {
      throw new Error(`“${property}” was not read: a field that takes it from its row is to say so (\`reads\`)`);
    };
    Object.defineProperty(guard, property, { get });
  }
  return guard;
}

/** A table of versions by the columns that Prisma's model has. */
export function table(name: string, fields: Record<string, string>, where?: Prisma.Sql): Table {
  return { name, columns: columns(fields), ...(where && { where }) };
}
