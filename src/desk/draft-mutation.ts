import type { InputRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { Prisma } from '../database/connect.ts';
import type { Role } from '../database/generated/enums.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { readGiven } from '../graphql/desk-mutation.ts';
import type { InputFields } from '../graphql/fields.ts';
import { type InputOf, mutation } from '../graphql/mutation.ts';
import type { Plan } from '../ledger/plan.ts';
import type { At } from '../ledger/snapshot.ts';
import { inputType } from './draft-input.ts';
import { asItStands, type Standing } from './drafts.ts';
import { Draft } from './drafts-schema.ts';
import { ForbiddenError, type Viewer } from './policy.ts';

/** What one decided about a draft, and the draft as it is to be. */
interface Decided {
  readonly plan: Plan;
  readonly draft: Standing;
}

/** Adds a mutation of drafts: of the desk's own tables, so that no entry of the ledger tells of it. */
export function draftMutation<Ref extends InputRef<unknown> & { name: string }>(
  name: string,
  options: {
    readonly description: string;
    readonly input: Ref;
    readonly role?: Role;
    readonly returns: string;
    readonly decide: (input: InputOf<Ref>, context: Context, info: GraphQLResolveInfo) => Promise<Decided>;
  },
): void {
  const { description, input, role = 'REPORTER', returns } = options;
  const payload = builder.objectRef<At<Standing>>(`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`).implement({
    description: `What ${name} gives.`,
    fields: (t) => ({ draft: t.field({ type: Draft, description: returns, resolve: (draft) => draft }) }),
  });
  mutation<Ref, At<Standing>>(name, {
    description: `${description} Needs the role ${role}.`,
    input,
    inputDescription: 'What is to be done: all of it, or nothing.',
    role,
    payload,
    act: (given, context, info) => ({
      decide: async () => {
        // For the bounds of its texts and lists.
        readGiven(name, given, inputType(info, input.name));
        const { plan, draft } = await options.decide(given, context, info);
        return {
          plan,
          subject: { type: 'Draft', id: draft.id },
          about: { type: 'Draft', id: draft.id, negotiationId: draft.negotiationId },
          answer: draft as unknown as Prisma.InputJsonObject,
          // A draft that there was may be going at this very moment, and its words with it.
          ...(plan.isEmpty && { keptWhile: asItStands(draft) }),
          payload: async () => held(draft, context),
        };
      },
      again: ({ answer }) => held(revive(answer), context),
    }),
  });
}

/** Who writes. @throws ForbiddenError for whoever is nobody of the desk */
export function writerOf(viewer: Viewer): string {
  if (viewer.accountId === null) throw new ForbiddenError(viewer, 'REPORTER');
  return viewer.accountId;
}

/** The revision that a change was written against. */
export function revisionField(t: InputFields) {
  return t.int({ required: true, description: 'The revision that was read when it was decided.' });
}

export function draftField(t: InputFields) {
  return t.id({ required: true, description: 'Which draft.' });
}

async function held(draft: Standing, context: Context): Promise<At<Standing>> {
  return Object.assign(draft, { snapshot: await context.now() });
}

/** A draft as it was kept in JSON. */
function revive(answer: Prisma.JsonValue): Standing {
  const { createdAt, changedAt, embargoedUntil, ...rest } = answer as Record<string, string | null>;
  const instant = (text: string | null | undefined) => (text ? new Date(text) : null);
  return {
    ...rest,
    createdAt: instant(createdAt),
    changedAt: instant(changedAt),
    embargoedUntil: instant(embargoedUntil),
  } as unknown as Standing;
}
