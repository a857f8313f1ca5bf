import type { InputRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { Role } from '../database/generated/enums.ts';
import { requireRole, requireRoleSomewhere } from '../desk/policy.ts';
import { digestOf } from '../ledger/batch.ts';
import { DomainError, InvalidInputError } from '../ledger/errors.ts';
import { builder } from './builder.ts';
import { type Action, commit } from './commit.ts';
import type { Context } from './context.ts';
import { DOMAIN_ERRORS } from './errors.ts';
import { talksOf } from './talks-of.ts';

export type InputOf<Ref> =
  Ref extends InputRef<infer Input> ? Input & { externalId?: string | null | undefined } : never;

export interface Mutation<Ref, Payload> {
  readonly description: string;
  readonly input: Ref;
  readonly inputDescription: string;
  readonly role: Role;
  readonly payload: { readonly $inferType: Payload };
  /** Whether null in the input says something else than leaving it out. */
  readonly nullSays?: boolean;
  readonly act: (
    input: InputOf<Ref>,
    context: Context,
    info: GraphQLResolveInfo,
  ) => Pick<Action<Payload>, 'decide' | 'again'>;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Adds a mutation: what all of them have. It is for a role, it can be asked for again under a key, and what comes of it
 * is in the audit, a refusal too.
 */
export function mutation<Ref extends InputRef<unknown>, Payload>(
  name: string,
  { description, input: inputRef, inputDescription, role, payload, nullSays, act }: Mutation<Ref, Payload>,
): void {
  const typeName = name.charAt(0).toUpperCase() + name.slice(1);
  // Of a type that is a parameter here the builder cannot tell which fields its arguments have.
  builder.mutationField(
    name,
    (t) =>
      t.field({
        type: payload as never,
        description,
        errors: {
          types: DOMAIN_ERRORS as never,
          union: { name: `${typeName}Result`, description: `What ${name} gives: its payload, or an error to act on.` },
        },
        args: {
          input: t.arg({ type: inputRef as never, required: true, description: inputDescription }),
          idempotencyKey: t.arg.string({
            description:
              'A key of the caller’s own, 1 to 200 printable characters without spaces: the same key with the same input gives the first answer again for 24 hours, and nothing is done twice. What was refused may be asked again. Of what was expunged, or of a draft that has ended, no answer is kept.',
          }),
        },
        resolve: async (
          _root: unknown,
          { input, idempotencyKey: key = null }: { input: InputOf<Ref>; idempotencyKey?: string | null },
          context: Context,
          info: GraphQLResolveInfo,
        ): Promise<Payload> => {
          const { ledger, logger, viewer } = context;
          requireRoleSomewhere(viewer, role);
          try {
            if (key !== null && !IDEMPOTENCY_KEY.test(key)) throw new InvalidInputError([BAD_KEY]);
            return await commit(ledger, viewer, {
              operation: name,
              key,
              digest: digestOf(name, input, nullSays),
              allow: (negotiationId) => requireRole(context, role, negotiationId),
              isThere: async (negotiationId) => !(await context.now()).hidden.has(negotiationId),
              ...act(input, context, info),
            });
          } catch (error) {
            if (error instanceof DomainError) {
              try {
                const { accountId, keyId } = viewer;
                await ledger.attempts.note({
                  accountId,
                  keyId,
                  negotiationId: await talksOf(input, context, info),
                  operation: name,
                  outcome: 'REFUSED',
                  // The name of its type in the API.
                  reason: error.constructor.name,
                });
              } catch (err) {
                // A refusal stays one. Without its talks it would be there for those who may not know of them.
                logger.error({ err, operation: name }, 'a refusal could not be brought into the audit');
              }
            }
            throw error;
          }
        },
      } as never) as never,
  );
}

const BAD_KEY = {
  path: ['idempotencyKey'],
  message: 'has to have 1 to 200 printable characters of ASCII, without spaces.',
};
