import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import { ReadRefusedError } from '../ledger/errors.ts';
import { globalId, isSubjectType, readGlobalId } from '../ledger/subjects.ts';
import type { Context } from './context.ts';
import { fieldComplexity } from './limits.ts';

export interface SchemaTypes {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    Cursor: { Input: string; Output: string };
    Date: { Input: Date; Output: Date };
    DateTime: { Input: Date; Output: Date };
    Duration: { Input: string; Output: string };
    JSONObject: { Input: object; Output: object };
    Locale: { Input: string; Output: string };
    URL: { Input: URL; Output: URL };
  };
}

/** The one builder; it knows no type of the domain. Each concept's `schema.ts` adds its own. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  errors: { directResult: true },
  // The plugin only counts; what an operation is held to is looked at before it is executed (admission.ts).
  complexity: { fieldComplexity, disabled: true },
  relay: {
    cursorType: 'String',
    clientMutationId: 'omit',
    brandLoadedObjects: true,
    encodeGlobalID: (type, id) => globalId(type, String(id)),
    decodeGlobalID: (given) => {
      const read = readGlobalId(given);
      if (read === null || !isSubjectType(read.type))
        throw new ReadRefusedError('BAD_ID', `“${given}” is not an id of this API.`);
      return { typename: read.type, id: read.id };
    },
    edgesFieldOptions: { nullable: { list: false, items: false }, description: 'The page, each node with its cursor.' },
    nodeFieldOptions: { nullable: false, description: 'What the edge leads to.' },
    // To seal one takes as long as ten fields.
    cursorFieldOptions: {
      complexity: 10,
      description: 'Where this edge stands in its list: give it as `after` or `before`.',
    },
    nodesOnConnection: { description: 'The page without its cursors.' },
    pageInfoFieldOptions: { description: 'Whether there is more, and from where.' },
    pageInfoTypeOptions: { description: 'Whether a list goes on past this page, and the cursors of its ends.' },
    hasNextPageFieldOptions: { description: 'Whether the list goes on after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether the list goes on before this page.' },
    startCursorFieldOptions: { description: 'The cursor of the first edge; null for an empty page.' },
    endCursorFieldOptions: { description: 'The cursor of the last edge; null for an empty page.' },
    firstArgOptions: { description: 'How many from the start, 1 to 100; 20 when left out.' },
    lastArgOptions: { description: 'How many from the end, 1 to 100.' },
    afterArgOptions: { description: 'Go on after this cursor, at the position at which it was given.' },
    beforeArgOptions: { description: 'Go back before this cursor, at the position at which it was given.' },
    nodeTypeOptions: { description: 'Whatever has an id of its own.' },
    idFieldOptions: { description: 'Its id, the same for good.' },
    nodeQueryOptions: {
      description: 'Anything by its id, as it stands now; null when the record has no such thing.',
      args: { id: { description: 'The id, as the API gave it.' } },
    },
    nodesQueryOptions: {
      description: 'Several things by their ids, in the order asked for; null for each that the record has not.',
      args: { ids: { description: 'The ids, as the API gave them; 100 at most.' } },
      resolve: (_root, { ids }, _context, _info, resolveNodes) => {
        if (ids.length > 100) throw new ReadRefusedError('BAD_PAGE', 'At most 100 ids at a time.');
        return resolveNodes(ids);
      },
    },
    defaultEdgeTypeOptions: { description: 'One place in a list.' },
    defaultConnectionTypeOptions: { description: 'A page of a list.' },
  },
});

builder.queryType({ description: 'Every read is a read at a position of the record: the head, or `asOf` a moment.' });
builder.mutationType({
  description: 'What the desk does. Each takes one input and gives its payload or an error to act on.',
});
builder.subscriptionType({
  description: 'What is published next, from any cursor on: nothing lost, nothing twice, in order.',
});
