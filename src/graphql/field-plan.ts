import type { FieldNode, GraphQLAbstractType, GraphQLField, GraphQLLeafType, GraphQLObjectType } from 'graphql';
import type { Ahead } from '../ledger/snapshot.ts';
import type { Reference } from './reference.ts';

/** What a type comes to, looked into once. */
export type Shape = { readonly isNonNull: boolean } & (
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType; readonly takesText: boolean }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'abstract'; readonly type: GraphQLAbstractType }
  | { readonly kind: 'object'; readonly type: GraphQLObjectType }
);

/** One field of a selection, with all of the document that it stands for. */
export interface FieldPlan {
  /** Its name in the answer. */
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly shape: Shape;
  /** The property that it is read from without a resolver. */
  readonly property: string | null;
  /** Of which type it is the global id; null for any other field. */
  readonly idOf: string | null;
  /** What it leads to, where its resolver does no more than that. */
  readonly reference: Reference | null;
  /** Whether its value is what it is asked of. */
  readonly isRowItself: boolean;
  /** The selection below it, by the type of what is found there. */
  readonly below: Map<GraphQLObjectType, ObjectPlan>;
  /** What will be asked of what it gives, or of what is of one type of that, as far as anybody wanted to know. */
  readonly ahead: Map<string | null, Ahead>;
}

/** The fields of one type that a selection gives, in order, and what gives them. */
export interface ObjectPlan {
  readonly fields: readonly FieldPlan[];
  readonly fill: Fill;
}

export type Answer = Record<string, unknown>;

/** The way to a value in the answer, from its end. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

/** What an execution does with the fields of one object. */
export interface Filler {
  /** Whether the operation has not been executed before. */
  readonly isFirst: boolean;
  /** Any field. */
  field(field: FieldPlan, source: unknown, parent: Path | undefined): unknown;
  /** One that is a property of its source and no object, with what is there. */
  leaf(field: FieldPlan, value: unknown, source: unknown, parent: Path | undefined): unknown;
  /** One that is another row, or others. */
  reference(field: FieldPlan, source: unknown, parent: Path | undefined): unknown;
  /** One whose value is its source. */
  itself(field: FieldPlan, source: unknown, parent: Path | undefined): unknown;
}

/** Gives one object of an answer. */
export type Fill = (filler: Filler, source: unknown, path: Path | undefined) => Answer | Promise<Answer>;
