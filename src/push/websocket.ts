import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { YogaServerInstance } from 'graphql-yoga';
import { WebSocketServer } from 'ws';

const MESSAGE_MOST_BYTES = 100_000;
const OPERATION_ID_MOST = 100;
const OPERATIONS_MOST = 100;

/** What the server's context needs of a request, over HTTP or a socket. */
export interface Asked {
  readonly authorization: string | null;
}

type Yoga = YogaServerInstance<Asked, object>;

/**
 * Serves graphql-transport-ws beside HTTP, with Yoga's own parsing, validation, context and masking.
 * @param isAllowedOrigin decides on the Origin of an upgrade; a client that is no browser sends none
 * @param asErrorOfTheCaller what a caller sees of an error that came before execution
 * @returns what closes all sockets, telling each client to come back
 */
export function serveWebSocket(
  server: HttpServer,
  yoga: Yoga,
  isAllowedOrigin: (origin: string | undefined, host: string | undefined) => boolean,
  asErrorOfTheCaller: (error: unknown) => GraphQLError,
): { stop: () => Promise<void> } {
  const sockets = new WebSocketServer({
    server,
    path: yoga.graphqlEndpoint,
    maxPayload: MESSAGE_MOST_BYTES,
    perMessageDeflate: false,
    verifyClient: ({ origin, req }: { origin?: string; req: IncomingMessage }) =>
      isAllowedOrigin(origin, req.headers.host),
  });
  const disposable = useServer(
    {
      execute: (args) => (args as unknown as Enveloped).rootValue.execute(args),
      subscribe: (args) => (args as unknown as Enveloped).rootValue.subscribe(args),
      onSubscribe: async ({ extra, connectionParams, subscriptions }, id, payload) => {
        if (id.length > OPERATION_ID_MOST) {
          extra.socket.close(CloseCode.BadRequest, 'The operation id is too long');
          return [];
        }
        if (Object.keys(subscriptions).length > OPERATIONS_MOST) {
          return [
            new GraphQLError(`At most ${OPERATIONS_MOST} operations at a time over one socket.`, {
              extensions: { code: 'TOO_COSTLY' },
            }),
          ];
        }
        const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
          authorization: authorizationOf(connectionParams),
          req: extra.request,
          socket: extra.socket,
          params: payload,
        } as never);
        try {
          const document = parse(payload.query);
          const problems = validate(schema, document);
          if (problems.length > 0) return problems.map(asErrorOfTheCaller);
          return {
            schema,
            operationName: payload.operationName,
            document,
            variableValues: payload.variables,
            contextValue: await contextFactory(),
            rootValue: { execute, subscribe },
          };
        } catch (error) {
          return [asErrorOfTheCaller(error)];
        }
      },
    },
    sockets,
    30_000,
  );
  return {
    stop: async () => {
      await disposable.dispose();
    },
  };
}

/** graphql-ws hands the arguments through; Yoga's functions travel in them. */
interface Enveloped {
  readonly rootValue: { execute: (args: ExecutionArgs) => never; subscribe: (args: ExecutionArgs) => never };
}

function authorizationOf(params: Readonly<Record<string, unknown>> | undefined): string | null {
  const given = params?.authorization ?? params?.Authorization;
  return typeof given === 'string' ? given : null;
}
