import { type GraphQLInputObjectType, type GraphQLResolveInfo, getNamedType } from 'graphql';
import { Batch } from '../ledger/batch.ts';
import { readGlobalId } from '../ledger/subjects.ts';
import type { Context } from './context.ts';
import { inspectInput } from './input.ts';

/**
 * The talks that the input of a mutation is about, by row id, as far as it says so and they are there for the caller:
 * restricted ones before others, as what was attempted in them is for nobody else to know.
 */
export async function talksOf(input: unknown, context: Context, info: GraphQLResolveInfo): Promise<string | null> {
  const { ledger } = context;
  const { hidden } = await context.now();
  const { args = [] } = info.parentType.getFields()[info.fieldName] ?? {};
  const type = args.find(({ name }) => name === 'input')?.type;
  const inspected = inspectInput(getNamedType(type) as GraphQLInputObjectType, input);
  // It may have been refused for such an id, which the database takes for none.
  const references = inspected.references.filter(({ id }) => !id.includes('\u0000'));
  const batch = new Batch(ledger, { hidden, author: null });
  await batch.prepare([{ externalId: null, digest: new Uint8Array(), references }]);
  const talks: string[] = [];
  for (const { id: given } of references) {
    const subject = batch.resolve(given);
    const row = subject && (batch.rowOf(subject) as { id: string; negotiationId?: string | null } | null);
    const id = subject?.type === 'Negotiation' ? row?.id : row?.negotiationId;
    if (id) talks.push(id);
  }
  const global = references.map(({ id }) => readGlobalId(id));
  const drafts = global.flatMap((read) => (read?.type === 'Draft' ? read.id : []));
  if (drafts.length > 0) {
    const found = await ledger.prisma.draft.findMany({ where: { id: { in: drafts } } });
    talks.push(...found.map(({ negotiationId }) => negotiationId).filter((id) => !hidden.has(id)));
  }
  const { negotiations: restricted } = ledger.restrictions;
  return talks.find((id) => restricted.has(id)) ?? talks[0] ?? null;
}
