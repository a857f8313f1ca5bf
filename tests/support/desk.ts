import { expect } from 'vitest';
import { issueKey } from '../../src/desk/keys.ts';
import { statement } from './talks.ts';
import type { World } from './world.ts';

/** What a mutation of the desk gave: its payload or its typed error, with its `__typename`; else the code of a refusal. */
export type Given = { readonly __typename: string } & Record<string, any>;

/** Somebody of the desk, with a key of their own. */
export interface Somebody {
  readonly name: string;
  readonly key: string;
  /** Runs a mutation of the desk and gives what it gave. */
  do(name: string, input: object, selection?: string, idempotencyKey?: string): Promise<Given>;
}

const REFUSED = `... on Error { message } ... on InvalidInputError { problems { path message } }
  ... on ConflictError { currentRevision changedBy }`;
export const DRAFT = 'draft { id state revision changedBy text note embargoedUntil }';

export async function somebody(world: World, role: 'REPORTER' | 'EDITOR' | 'ADMIN', name: string): Promise<Somebody> {
  const { key } = await issueKey(world.database.prisma, { name, role, expiresAt: null });
  return {
    name,
    key,
    do: async (mutation, input, selection = DRAFT, idempotencyKey) => {
      const type = mutation.charAt(0).toUpperCase() + mutation.slice(1);
      const { data, errors } = await world.as(
        key,
        `mutation M($input: ${type}Input!, $key: String) { ${mutation}(input: $input, idempotencyKey: $key) {
          __typename ... on ${type}Payload { ${selection} } ${REFUSED} } }`,
        { input, key: idempotencyKey ?? null },
      );
      if (errors) return { __typename: errors[0]?.extensions?.code ?? errors[0]?.message ?? 'error' };
      return data[mutation];
    },
  };
}

/** Drafts a statement in `talks`. */
export async function drafted(author: Somebody, changes: object = {}): Promise<{ id: string; revision: number }> {
  const given = await author.do('draftStatement', { negotiationId: 'talks', content: statement(changes) });
  expect(given).toMatchObject({ draft: { state: 'DRAFT' } });
  return given.draft;
}
