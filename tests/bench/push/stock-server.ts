// Baseline: what the documentation of graphql-yoga and graphql-ws puts together, with the same schema, the same
// subscription and the same event. https://the-guild.dev/graphql/yoga-server/docs/features/subscriptions
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { whenAsked } from './asked.ts';
import { now } from './clock.ts';
import { numbered } from './events.ts';

const pubSub = createPubSub<{ statements: [negotiationId: string, event: object] }>();
const typeDefs = readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8');

const yoga = createYoga({
  schema: createSchema({
    typeDefs,
    resolvers: {
      Subscription: {
        statements: {
          subscribe: (_root: unknown, { negotiationId }: { negotiationId: string }) =>
            pubSub.subscribe('statements', negotiationId),
          resolve: (event: object) => event,
        },
      },
    },
  }),
});

/** Yoga's functions travel in the arguments that graphql-ws hands through. */
interface Enveloped {
  readonly rootValue: { execute: (args: ExecutionArgs) => never; subscribe: (args: ExecutionArgs) => never };
}

const http = createServer(yoga);
const sockets = new WebSocketServer({ server: http, path: yoga.graphqlEndpoint });
useServer(
  {
    execute: (args) => (args as unknown as Enveloped).rootValue.execute(args),
    subscribe: (args) => (args as unknown as Enveloped).rootValue.subscribe(args),
    onSubscribe: async (context, _id, params) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params,
      } as never);
      const document = parse(params.query);
      const problems = validate(schema, document);
      if (problems.length > 0) return problems;
      return {
        schema,
        operationName: params.operationName,
        document,
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
    },
  },
  sockets,
);
http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  process.stdout.write(`serving ws://127.0.0.1:${port}${yoga.graphqlEndpoint}\n`);
});

let message = '';
let negotiation = '';
let published = 0;

/** A message of ours, whose event is published from then on. */
whenAsked('take', (given: { message: string; negotiationId: string }) => {
  message = given.message;
  negotiation = given.negotiationId;
});

whenAsked('publish', ({ count }: { count: number }) => {
  const events = Array.from({ length: count }, () => {
    published += 1;
    return JSON.parse(numbered(message, published)).payload.data.statements;
  });
  const at = now();
  for (const event of events) pubSub.publish('statements', negotiation, event);
  return at;
});
