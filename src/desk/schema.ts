import { builder } from '../graphql/builder.ts';
import { accountIdOf } from './accounts.ts';
import type { Viewer } from './policy.ts';
import { GivenRoleType, Role, rolesSeen } from './role.ts';

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who asks.',
  fields: (t) => ({
    accountId: t.id({
      nullable: true,
      description: 'The account that asks; null without a key or token.',
      resolve: ({ accountId }) => (accountId === null ? null : accountIdOf({ id: accountId })),
    }),
    name: t.exposeString('name', { nullable: true, description: 'The name of the account; null without one.' }),
    role: t.expose('role', {
      type: Role,
      description: 'What the caller may do on the whole desk; READER without a key or token.',
    }),
    roles: t.field({
      type: [GivenRoleType],
      description: 'What the caller may do in single negotiations, where that is given for them alone.',
      resolve: async ({ grants }, _args, context) =>
        rolesSeen(
          await context.now(),
          [...grants].map(([negotiationId, role]) => ({ negotiationId, role })),
        ),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'Who you are here, by the key or token that you sent.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);
