import type { InputRef } from '@pothos/core';
import type { GraphQLInputObjectType, GraphQLResolveInfo } from 'graphql';
import type { Role } from '../database/generated/enums.ts';
import { requireRole, requireRoleSomewhere } from '../desk/policy.ts';
import { Batch, digestOf, type Given, type Recorded } from '../ledger/batch.ts';
import { AlreadyRecordedError, ConflictError, InvalidInputError } from '../ledger/errors.ts';
import type { PlannedEntry } from '../ledger/plan.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import type { Subject, SubjectType } from '../ledger/subjects.ts';
import type { Work } from '../ledger/work.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { DOMAIN_ERRORS } from './errors.ts';
import { inspectInput } from './input.ts';
import { subjectAt } from './node.ts';

type InputOf<Ref> = Ref extends InputRef<infer Input> ? Input & { externalId?: string | null | undefined } : never;

/** What a plan decided: the subject, and the entry that says so. */
export type Planned<T extends SubjectType = SubjectType> = Subject & { readonly type: T; readonly entry: PlannedEntry };

type Plan = (input: never, work: Work) => Planned | Promise<Planned>;

/** One thing the desk does to the record: a mutation of the API, and a kind of line of an import. */
export interface DeskMutation {
  readonly name: string;
  readonly inputType: string;
  /** The kind of subject that it writes. */
  readonly writes: SubjectType;
  /** Whether null in its input says something else than leaving it out. */
  readonly nullSays: boolean;
  readonly plan: Plan;
}

export const deskMutations = new Map<string, DeskMutation>();

/** An input to be decided and written. */
export interface Asked {
  readonly plan: Plan;
  readonly input: unknown;
  readonly given: Given;
  /** What to say when the input was recorded before, where it is not to be answered as it was then. */
  readonly refuseRepeat?: string;
}

interface Payload {
  readonly snapshot: Snapshot;
  readonly recordedAt: Date;
  readonly subject: Subject;
}

/**
 * Adds a mutation that writes to the record. `plan` decides, and writes nothing itself: what it plans is
 * written in one transaction with its ledger entries, or not at all.
 */
export function deskMutation<Ref extends InputRef<unknown> & { name: string }, T extends SubjectType>(
  name: string,
  options: Field<Ref> & {
    readonly nullSays?: boolean;
    readonly plan: (input: InputOf<Ref>, work: Work) => Planned<T> | Promise<Planned<T>>;
  },
): void {
  const { input, returns, nullSays = false } = options;
  const plan = options.plan as Plan;
  // A payload has the subject itself, so its type is named after the kind.
  deskMutations.set(name, { name, inputType: input.name, writes: returns.type.name as SubjectType, nullSays, plan });
  deskField(name, options, (given, _context, info) => ({
    plan,
    input: given,
    given: readGiven(name, given, info.schema.getType(input.name) as GraphQLInputObjectType),
  }));
}

interface Field<Ref> {
  readonly description: string;
  readonly input: Ref;
  readonly role?: Role;
  /** The payload's field for what was written, and its type. */
  readonly returns: { field: string; type: { name: string }; description: string };
}

/**
 * Adds the field of a mutation that writes to the record.
 * @param ask what is to be written, read from the field's input; asked again when somebody else wrote first
 */
export function deskField<Ref extends InputRef<unknown> & { name: string }>(
  name: string,
  { description, input: inputRef, returns, role = 'EDITOR' }: Field<Ref>,
  ask: (input: InputOf<Ref>, context: Context, info: GraphQLResolveInfo) => Asked | Promise<Asked>,
): void {
  const typeName = name.charAt(0).toUpperCase() + name.slice(1);
  const payload = builder.objectRef<Payload>(`${typeName}Payload`).implement({
    description: `What ${name} wrote.`,
    fields: (t) => ({
      cursor: t.field({
        type: 'Cursor',
        description: 'The position at which it entered the record; follow from here, or read as of it.',
        resolve: ({ snapshot }) => snapshot.cursors.seal(snapshot.position),
      }),
      recordedAt: t.field({
        type: 'DateTime',
        description: 'When it entered the record.',
        resolve: ({ recordedAt }) => recordedAt,
      }),
      [returns.field]: t.field({
        type: returns.type as never,
        description: returns.description,
        resolve: (async ({ snapshot, subject }: Payload) => subjectAt(snapshot, subject.type, subject.id)) as never,
      }),
    }),
  });

  builder.mutationField(
    name,
    (t) =>
      t.field({
        type: payload,
        description,
        errors: {
          types: DOMAIN_ERRORS as never,
          union: { name: `${typeName}Result`, description: `What ${name} gives: its payload, or an error to act on.` },
        },
        args: {
          input: t.arg({
            type: inputRef as never,
            required: true,
            description: 'What is to enter the record: all of it is written, or nothing.',
          }),
        },
        resolve: async (
          _root: unknown,
          { input }: { input: InputOf<Ref> },
          context: Context,
          info: GraphQLResolveInfo,
        ): Promise<Payload> => {
          requireRoleSomewhere(context.viewer, role);
          return write(context, role, async () => ask(input, context, info));
        },
      } as never) as never,
  );
}

/** How often an input is decided when others keep writing first. */
const TRIES = 5;

/**
 * Decides one input and writes it. When somebody else wrote first it is decided once more, on what stands now:
 * what may still be done is done, and what may not gives an error that names the version in force.
 */
async function write(context: Context, role: Role, ask: () => Promise<Asked>, tries = TRIES): Promise<Payload> {
  const { ledger, viewer } = context;
  const { plan, input, given, refuseRepeat } = await ask();
  const batch = new Batch(ledger);
  await batch.prepare([given]);
  const subject = await decide(batch, { plan }, input, given);
  if (typeof subject.position === 'bigint') {
    // The same input under the same external id once more: the answer is the one that was given then.
    if (refuseRepeat !== undefined) throw new AlreadyRecordedError(refuseRepeat, given.externalId ?? '');
    const { position } = subject;
    return { snapshot: ledger.snapshot(position), recordedAt: await ledger.recordedAt(position), subject };
  }
  // What belongs to no negotiation is for those who have the role on the whole desk.
  for (const { negotiationId } of batch.plan.entries) requireRole(viewer, role, negotiationId);
  try {
    const { head, recordedAt } = await ledger.append(batch.plan);
    return { snapshot: ledger.snapshot(head), recordedAt, subject };
  } catch (error) {
    const lostRace = error instanceof ConflictError || error instanceof AlreadyRecordedError;
    if (!lostRace || tries <= 1) throw error;
    return write(context, role, ask, tries - 1);
  }
}

/**
 * @param name of the mutation that the input is of
 * @throws InvalidInputError when a text, list or address of the input is not one that is kept
 */
export function readGiven(name: string, input: unknown, type: GraphQLInputObjectType): Given {
  const { references, problems } = inspectInput(type, input);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const { externalId = null } = input as { externalId?: string | null };
  return { externalId, references, digest: digestOf(name, input, deskMutations.get(name)?.nullSays) };
}

/** Decides one input within a batch that was prepared for it. @throws DomainError */
export async function decide(
  batch: Batch,
  { plan }: { readonly plan: Plan },
  input: unknown,
  given: Given,
): Promise<Recorded> {
  const before = batch.recorded(given);
  if (before !== null) return before;
  const work = batch.begin();
  const { type, id, entry } = await plan(input as never, work);
  work.settle();
  const recorded = { type, id, position: entry };
  batch.keep(work, given, recorded);
  return recorded;
}
