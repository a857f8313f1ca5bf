import type { InputRef } from '@pothos/core';
import type { GraphQLInputObjectType, GraphQLResolveInfo } from 'graphql';
import type { Role } from '../database/generated/enums.ts';
import { requireRole, type Viewer } from '../desk/policy.ts';
import { Batch, digestOf, type Given, type Work } from '../ledger/batch.ts';
import { AlreadyRecordedError, ConflictError, InvalidInputError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import type { Subject, SubjectType } from '../ledger/subjects.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { DOMAIN_ERRORS } from './errors.ts';
import { inspectInput } from './input.ts';
import { subjectAt } from './node.ts';

type InputOf<Ref> = Ref extends InputRef<infer Input> ? Input & { externalId?: string | null | undefined } : never;

/** One thing the desk does to the record: a mutation of the API, and a kind of line of an import. */
export interface DeskMutation {
  readonly name: string;
  readonly inputType: string;
  readonly role: Role;
  readonly plan: (input: never, work: Work) => Subject | Promise<Subject>;
}

export const deskMutations = new Map<string, DeskMutation>();

interface Payload {
  readonly snapshot: Snapshot;
  readonly recordedAt: Date;
  readonly subject: Subject;
}

/**
 * Adds a mutation that writes to the record. `plan` decides, and writes nothing itself: what it plans is
 * written in one transaction with its ledger entries, or not at all.
 * @param returns the payload's field for what was written, and its type
 */
export function deskMutation<Ref extends InputRef<unknown> & { name: string }, T extends SubjectType>(
  name: string,
  options: {
    readonly description: string;
    readonly input: Ref;
    readonly role?: Role;
    readonly returns: { field: string; type: { name: string }; description: string };
    readonly plan: (input: InputOf<Ref>, work: Work) => (Subject & { type: T }) | Promise<Subject & { type: T }>;
  },
): void {
  const { input: inputRef, returns, role = 'EDITOR', plan } = options;
  const typeName = name.charAt(0).toUpperCase() + name.slice(1);
  deskMutations.set(name, { name, inputType: inputRef.name, role, plan: plan as DeskMutation['plan'] });

  const payload = builder.objectRef<Payload>(`${typeName}Payload`).implement({
    description: `What ${name} wrote.`,
    fields: (t) => ({
      cursor: t.field({
        type: 'Cursor',
        description: 'The position at which it entered the record; follow from here, or read as of it.',
        resolve: ({ snapshot }) => snapshot.cursors.seal(snapshot.position),
      }),
      recordedAt: t.field({ type: 'DateTime', description: 'When it entered the record.', resolve: (payload) => payload.recordedAt }),
      [returns.field]: t.field({
        type: returns.type as never,
        description: returns.description,
        resolve: (async ({ snapshot, subject }: Payload) => subjectAt(snapshot, subject.type, subject.id)) as never,
      }),
    }),
  });

  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description: options.description,
      errors: {
        types: DOMAIN_ERRORS as never,
        union: { name: `${typeName}Result`, description: `What ${name} gives: its payload, or an error to act on.` },
      },
      args: { input: t.arg({ type: inputRef as never, required: true, description: 'What to write.' }) },
      resolve: async (
        _root: unknown,
        { input }: { input: unknown },
        { ledger, viewer }: Context,
        info: GraphQLResolveInfo,
      ): Promise<Payload> => {
        const type = info.schema.getType(inputRef.name);
        return write(ledger, viewer, name, input, type as never);
      },
    } as never) as never,
  );
}

/**
 * Decides one input and writes it. When somebody else wrote first it is decided once more, on what stands now:
 * what may still be done is done, and what may not gives an error that names the version in force.
 */
async function write(
  ledger: Ledger,
  viewer: Viewer,
  name: string,
  input: unknown,
  type: GraphQLInputObjectType,
  tries = 3,
): Promise<Payload> {
  const mutation = deskMutations.get(name);
  if (mutation === undefined) throw new Error(`no mutation ${name}`);
  requireRole(viewer, mutation.role);
  const batch = new Batch(ledger);
  const given = readGiven(name, input, type);
  await batch.prepare([given]);
  const subject = await decide(batch, mutation, input, given);
  if (batch.plan.entries.length === 0) {
    // The same input under the same external id once more: the answer is what was recorded then.
    const position = await ledger.head();
    return { snapshot: ledger.snapshot(position), recordedAt: await ledger.recordedAt(position), subject };
  }
  try {
    const { head, recordedAt } = await ledger.append(batch.plan);
    return { snapshot: ledger.snapshot(head), recordedAt, subject };
  } catch (error) {
    const lostRace = error instanceof ConflictError || error instanceof AlreadyRecordedError;
    if (!lostRace || tries <= 1) throw error;
    return write(ledger, viewer, name, input, type, tries - 1);
  }
}

/** @throws InvalidInputError when a text, list or address of the input is not one that is kept */
export function readGiven(name: string, input: unknown, type: GraphQLInputObjectType): Given {
  const { references, problems } = inspectInput(type, input);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const { externalId = null } = input as { externalId?: string | null };
  return { externalId, references, digest: digestOf(name, input) };
}

/** Decides one input within a batch that was prepared for it. @throws DomainError */
export async function decide(batch: Batch, mutation: DeskMutation, input: unknown, given: Given): Promise<Subject> {
  const before = batch.recorded(given);
  if (before !== null) return before;
  const work = batch.begin();
  const subject = await mutation.plan(input as never, work);
  work.settle();
  batch.keep(work, given, { type: subject.type, id: subject.id });
  return subject;
}
