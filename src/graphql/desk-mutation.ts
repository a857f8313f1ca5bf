import type { InputRef } from '@pothos/core';
import type { GraphQLInputObjectType, GraphQLResolveInfo } from 'graphql';
import type { Role } from '../database/generated/enums.ts';
import { roleIn } from '../desk/policy.ts';
import { Batch, digestOf, type Given, type Recorded } from '../ledger/batch.ts';
import { AlreadyRecordedError, FourEyesError, InvalidInputError } from '../ledger/errors.ts';
import type { Hidden } from '../ledger/hidden.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PlannedEntry } from '../ledger/plan.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import type { Subject, SubjectType } from '../ledger/subjects.ts';
import type { Decider, Work } from '../ledger/work.ts';
import { builder } from './builder.ts';
import type { About, Decision } from './commit.ts';
import type { Context } from './context.ts';
import { inspectInput } from './input.ts';
import { type InputOf, mutation } from './mutation.ts';
import { subjectAt } from './node.ts';

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
  /** What the audit is told that it is about, when that is not the subject that is written. */
  readonly about?: About;
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
    readonly plan: (input: InputOf<Ref>, work: Work) => Planned<T> | Promise<Planned<T>>;
    /** What is drafted instead where the desk asks for four eyes; left out for what one editor may do alone there too. */
    readonly fourEyes?: string;
  },
): void {
  const { input, returns, nullSays = false, fourEyes } = options;
  const plan = options.plan as Plan;
  // A payload has the subject itself, so its type is named after the kind.
  deskMutations.set(name, { name, inputType: input.name, writes: returns.type.name as SubjectType, nullSays, plan });
  deskField(name, options, (given, { settings }, info) => {
    if (settings.fourEyes && fourEyes !== undefined) throw new FourEyesError(fourEyes);
    return {
      plan,
      input: given,
      given: readGiven(name, given, info.schema.getType(input.name) as GraphQLInputObjectType),
    };
  });
}

interface Field<Ref> {
  readonly description: string;
  readonly input: Ref;
  readonly role?: Role;
  /** Whether null in the input says something else than leaving it out. */
  readonly nullSays?: boolean;
  /** The payload's field for what was written, and its type. */
  readonly returns: { field: string; type: { name: string }; description: string };
}

/**
 * Adds the field of a mutation that writes to the record.
 * @param ask what is to be written, read from the field's input; asked again when somebody else wrote first
 */
export function deskField<Ref extends InputRef<unknown> & { name: string }>(
  name: string,
  { description, input, returns, role = 'EDITOR', nullSays = false }: Field<Ref>,
  ask: (input: InputOf<Ref>, context: Context, info: GraphQLResolveInfo) => Asked | Promise<Asked>,
): void {
  const payload = builder.objectRef<Payload>(`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`).implement({
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

  mutation<Ref, Payload>(name, {
    description,
    input,
    inputDescription: 'What is to enter the record: all of it is written, or nothing.',
    role,
    nullSays,
    payload,
    act: (input, context, info) => ({
      decide: async () => decideForRecord(context.ledger, await deciderOf(context), await ask(input, context, info)),
      again: async ({ position, subjectType, subjectId }) => {
        const { hidden } = await context.now();
        // Only what wrote to the record is kept by this field.
        const subject = { type: subjectType as SubjectType, id: subjectId };
        return payloadAt(context.ledger, position as bigint, hidden, subject);
      },
    }),
  });
}

/** Who decides, as far as the ledger knows them. */
export async function deciderOf(context: Pick<Context, 'viewer' | 'ledger' | 'now'>): Promise<Decider> {
  const { accountId, grants } = context.viewer;
  const author = accountId && {
    accountId,
    roleGivenIn: (id: string) => grants.get(id) ?? null,
    roleIn: (id: string) => roleIn(context, id),
  };
  return { hidden: (await context.now()).hidden, author: author || null };
}

/** Decides what is asked for the record, for whoever then commits it. */
export async function decideForRecord(
  ledger: Ledger,
  decider: Decider,
  { plan, input, given, refuseRepeat, about }: Asked,
): Promise<Decision<Payload>> {
  const { hidden } = decider;
  const batch = new Batch(ledger, decider);
  await batch.prepare([given]);
  const subject = await decide(batch, { plan }, input, given);
  const { type, id, position } = subject;
  if (typeof position === 'bigint') {
    // The same input under the same external id once more: the answer is the one that was given then.
    if (refuseRepeat !== undefined) throw new AlreadyRecordedError(refuseRepeat, given.externalId ?? '');
    const { negotiationId } = await ledger.entryAt(position);
    const payload = () => payloadAt(ledger, position, hidden, subject);
    return {
      plan: batch.plan,
      subject: { type, id },
      about: about ?? { type, id, negotiationId },
      position,
      payload,
    };
  }
  return {
    plan: batch.plan,
    subject: { type, id },
    about: about ?? { type, id, negotiationId: position.negotiationId },
    payload: (appended) => {
      if (appended === null) throw new Error('an entry was planned and not written');
      return { snapshot: ledger.snapshot(appended.head, hidden), recordedAt: appended.recordedAt, subject };
    },
  };
}

async function payloadAt(ledger: Ledger, position: bigint, hidden: Hidden, subject: Subject): Promise<Payload> {
  const { recordedAt } = await ledger.entryAt(position);
  return { snapshot: ledger.snapshot(position, hidden), recordedAt, subject };
}

/**
 * @param name of the mutation that the input is of
 * @throws InvalidInputError when a text, list or address of the input is not one that is kept
 */
export function readGiven(name: string, input: unknown, type: GraphQLInputObjectType): Given {
  const { references, problems } = inspectInput(type, input);
  if (problems.length > 0) throw new InvalidInputError(problems);
  // What a warning is answered with is no part of what is said.
  const { descriptorAnswer: _, ...said } = input as { externalId?: string | null; descriptorAnswer?: string | null };
  return {
    externalId: said.externalId ?? null,
    references,
    digest: digestOf(name, said, deskMutations.get(name)?.nullSays),
  };
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
