import { builder } from './builder.ts';
import type { Spent } from './rate-limit.ts';

const RateLimit = builder.objectRef<Spent>('RateLimit').implement({
  description:
    'How much the caller may still ask for: an account, else whoever comes from one network address. Operations cost points before they are executed, a field 1 and what is below it as often as it may come. The headers `RateLimit` and `RateLimit-Policy` say the same of every answer over HTTP that is executed for its caller; one that was kept costs nothing.',
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'The points that one window gives.' }),
    cost: t.exposeInt('cost', { description: 'The points that this operation took.' }),
    remaining: t.exposeInt('remaining', {
      description: 'The points that are left in this window, this operation counted.',
    }),
    resetAt: t.field({
      type: 'DateTime',
      description: 'When the window ends, and the whole of it is there again.',
      resolve: ({ resetMs }) => new Date(Date.now() + resetMs),
    }),
  }),
});

builder.queryField('rateLimit', (t) =>
  t.field({
    type: RateLimit,
    nullable: true,
    description: 'What the caller may still ask for; null where this server sets no limit.',
    resolve: (_root, _args, { spent }) => spent,
  }),
);
