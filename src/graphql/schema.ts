import './scalars.ts';
import './errors.ts';
import './rate-limit-field.ts';
import '../actor/schema.ts';
import '../negotiation/schema.ts';
import '../report/schema.ts';
import '../statement/schema.ts';
import '../statement/mutations.ts';
import '../statement/judgements.ts';
import '../statement/subscription.ts';
import '../term/mutations.ts';
import '../proposal/mutations.ts';
import '../event/schema.ts';
import '../event/corrections.ts';
import '../captivity/schema.ts';
import '../captivity/corrections.ts';
import '../outlook/mutations.ts';
import '../outlook/corrections.ts';
import '../channel/mutations.ts';
import '../desk/schema.ts';
import '../desk/accounts-schema.ts';
import '../desk/audit-schema.ts';
import '../desk/judgements-schema.ts';
import '../desk/drafts-mutations.ts';
import '../desk/drafts-subscription.ts';
import '../desk/publish-draft.ts';
import '../desk/embargo-mutations.ts';
import '../timeline/schema.ts';
import '../timeline/subscription.ts';
import '../search/schema.ts';
import '../statistics/schema.ts';
import { isObjectType } from 'graphql';
import { globalId, MODEL_OF } from '../ledger/subjects.ts';
import { builder } from './builder.ts';
import type { Planned } from './reference.ts';

/** The whole schema. One line above for each concept. */
export const schema = builder.toSchema();

// Relay's plugin promises every id, which makes a promise of every object that has one. Ours are known at once.
for (const name of Object.keys(MODEL_OF)) {
  const type = schema.getType(name);
  const id = isObjectType(type) ? type.getFields().id : undefined;
  if (id === undefined) continue;
  const extensions = { ...id.extensions, idOf: name } satisfies Planned;
  Object.assign(id, { extensions, resolve: (row: { id: string }) => globalId(name, row.id) });
}
