import {
  AlreadyRecordedError,
  ConflictError,
  DescriptorWarningError,
  type DomainError,
  FourEyesError,
  InvalidInputError,
  NotFoundError,
  WithdrawnError,
} from '../ledger/errors.ts';
import { builder } from './builder.ts';

const ErrorInterface = builder.interfaceRef<DomainError>('Error').implement({
  description: 'Something that the caller can act on. Bugs and denied access come as errors of the request instead.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What is wrong and what to do, in a sentence.' }),
  }),
});

const Problem = builder.objectRef<{ path: readonly (string | number)[]; message: string }>('InputProblem').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.stringList({
      description: 'The way from the input to the value, list indexes included.',
      resolve: ({ path }) => path.map(String),
    }),
    message: t.exposeString('message', { description: 'What is wrong with it.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The input says something that cannot be, is empty, or is too long. Nothing was written.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    problems: t.field({
      type: [Problem],
      description: 'All that is wrong, each at its place.',
      resolve: ({ problems }) => [...problems],
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description:
    'An id that the record does not know, or that is of another kind than is needed here. Nothing was written.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    path: t.stringList({ description: 'Where in the input the id stands.', resolve: ({ path }) => path.map(String) }),
    given: t.exposeString('given', { description: 'The id as it was given.' }),
  }),
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'Somebody else changed it first. Read it again, and decide on what it says now. Nothing was written.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentRevision: t.int({
      nullable: true,
      description: 'The revision in force; null for what has no revisions.',
      resolve: ({ revision }) => revision,
    }),
    changedBy: t.exposeString('changedBy', {
      nullable: true,
      description: 'Who of the desk changed it, of a draft; null for the record, where nobody is named.',
    }),
  }),
});

builder.objectType(AlreadyRecordedError, {
  name: 'AlreadyRecordedError',
  description:
    'A slug that is taken, an external id that is already recorded with other content, or an idempotency key that was used for another input. Nothing was written.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ given: t.exposeString('given', { description: 'The slug, external id or idempotency key.' }) }),
});

builder.objectType(WithdrawnError, {
  name: 'WithdrawnError',
  description: 'It is withdrawn or expunged and takes no more changes. Nothing was written.',
  interfaces: [ErrorInterface],
});

builder.objectType(FourEyesError, {
  name: 'FourEyesError',
  description:
    'This desk asks for four eyes, and nobody does this alone: it is drafted, and published by another editor. Nothing was written.',
  interfaces: [ErrorInterface],
});

builder.objectType(DescriptorWarningError, {
  name: 'DescriptorWarning',
  description:
    'What a source that is not named, or somebody on the way from it, is described by holds the name of somebody known, or their family name. It is looked at once more, and described otherwise or answered for. Nothing was written.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    names: t.stringList({ description: 'Whose names they may be.', resolve: ({ names }) => [...names] }),
    answer: t.exposeString('answer', {
      description:
        'What to give as `descriptorAnswer` to publish it as it is. Other words, or other names, need another answer.',
    }),
  }),
});

export const DOMAIN_ERRORS = [
  InvalidInputError,
  NotFoundError,
  ConflictError,
  AlreadyRecordedError,
  WithdrawnError,
  FourEyesError,
  DescriptorWarningError,
];
