import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import proxyaddr from 'proxy-addr';
import { boardDocuments } from './board/documents.ts';
import { serveBoard } from './board/serve.ts';
import { type Config, ConfigError } from './config.ts';
import { type Database, Prisma } from './database/connect.ts';
import { auditing, noteDenial } from './desk/denials.ts';
import { EmbargoClock } from './desk/embargo-clock.ts';
import { createAuthenticator } from './desk/keys.ts';
import { requireReading, type Viewer } from './desk/policy.ts';
import { standing } from './desk/standing.ts';
import { Tokens } from './desk/tokens.ts';
import { limitWrongKeys } from './desk/wrong-keys.ts';
import { Admission } from './graphql/admission.ts';
import { forgetAnswers } from './graphql/commit.ts';
import { makeContext } from './graphql/context.ts';
import { hideSuggestions, limitDocuments, refuseIntrospection } from './graphql/document-limits.ts';
import { keptDocuments } from './graphql/kept-documents.ts';
import { createMask, type Mask, maskWithRequestId } from './graphql/mask.ts';
import { plannedExecution } from './graphql/planned.ts';
import { RateLimit, rateLimitHeaders } from './graphql/rate-limit.ts';
import { schema } from './graphql/schema.ts';
import { limitTime } from './graphql/time-limit.ts';
import { BadManifestError, TrustedDocuments } from './graphql/trusted-documents.ts';
import { Front } from './http/front.ts';
import { KeptAnswers } from './http/kept-answers.ts';
import { Metrics } from './http/metrics.ts';
import { Ledger } from './ledger/ledger.ts';
import type { Touched } from './ledger/touched.ts';
import { mayBeEventSource } from './push/event-stream.ts';
import { Push } from './push/push.ts';
import type { From } from './push/run-operation.ts';
import { refuse } from './push/websocket.ts';

export interface Server {
  readonly url: string;
  readonly ledger: Ledger;
  /** Takes no new work, lets what is under way end, and closes what it opened. */
  stop(): Promise<void>;
}

/** How long the database has to answer before a node says that it does not. */
const READY_MS = 2_000;
/** How often answers are forgotten that are kept no longer. */
const FORGET_MS = 600_000;
/** How long what is under way has to end by itself. */
const DRAIN_MS = 5_000;

/**
 * Wires HTTP, WebSocket and GraphQL to a database that is migrated.
 * @param begin what is to be in the record before anybody is served
 */
export async function startServer(
  config: Config,
  database: Database,
  logger: Logger,
  begin: (ledger: Ledger) => Promise<void> = async () => {},
): Promise<Server> {
  const ledger = await Ledger.open(database, logger);
  await begin(ledger);
  const tokens = config.tokens && new Tokens(database.prisma, config.tokens);
  const authenticator = createAuthenticator(database.prisma, logger, tokens);
  ledger.restrictions.onChange(authenticator.forget);
  const identify = auditing(limitWrongKeys(authenticator, database.prisma, config.wrongKeys), ledger.attempts);
  let draining = false;

  const conceal = createMask(logger, config.suggestions);
  const mask: Mask = (error, requestId) => {
    noteDenial(error, ledger.attempts);
    return conceal(error, requestId);
  };
  const trusted = await trustedDocuments(config);
  // An embedded database has one node, which counts as well by itself.
  const admission = new Admission(new RateLimit(config.rateLimit, database.server === null ? null : database.pool));

  const push = new Push({
    schema,
    ledger,
    logger,
    isPublic: config.publicReading,
    limits: config.push,
    mask,
    admission,
    trusted,
    identify,
    standing: (viewers) => standing(database.prisma, tokens, viewers),
  });

  const yoga = createYoga<From>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    multipart: false,
    parserAndValidationCache: keptDocuments(),
    batching: config.maxBatch > 1 && { limit: config.maxBatch },
    extraParamNames: trusted === null ? [] : ['documentId'],
    // `maskError` logs what is our fault; what is the caller's is no news.
    logging: false,
    graphiql: config.graphiql && { title: 'Parley', subscriptionsProtocol: 'WS', defaultQuery: WELCOME },
    // Large, and read only when a browser comes.
    renderGraphiQL: async (page) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(page),
    cors: (request) => {
      const origin = request.headers.get('origin');
      return origin !== null && config.allowedOrigins.includes(origin)
        ? {
            origin: [origin],
            credentials: false,
            methods: ['GET', 'POST'],
            allowedHeaders: ['content-type', 'authorization', 'x-graphql-yoga-csrf', 'last-event-id'],
            exposedHeaders: ['ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
          }
        : false;
    },
    maskedErrors: { maskError: (error) => mask(error) },
    plugins: [
      exceptStreams(useCSRFPrevention({ requestHeaders: ['x-graphql-yoga-csrf', 'authorization'] }), (headers) =>
        isAllowedOrigin(config, headers.get('origin') ?? undefined, headers.get('host') ?? undefined),
      ),
      onlyJson(),
      // From here on all hold over HTTP and sockets alike.
      maskWithRequestId(mask),
      trusted?.plugin ?? {},
      limitDocuments(),
      !config.introspection && refuseIntrospection(),
      !config.suggestions && hideSuggestions(),
      plannedExecution(),
      admission.plugin,
      push.plugin,
      limitTime(config.timeLimitMs),
    ],
    context: async (from: From & { request?: Request; viewer?: Viewer; touched?: Touched | null }) => {
      const authorization = from.authorization ?? from.request?.headers.get('authorization') ?? null;
      const viewer = from.viewer ?? (await identify(authorization, from.address));
      requireReading(viewer, config.publicReading);
      return makeContext({ ledger, logger, origin: from, settings: config, viewer, touched: from.touched ?? null });
    },
  });

  const board = serveBoard();
  const answers = config.answerCacheBytes === 0 ? null : new KeptAnswers(ledger, config.answerCacheBytes);
  const metrics = config.metricsToken === null ? null : new Metrics(config.metricsToken, answers);
  const front = new Front({
    yoga,
    mask,
    identify,
    answers,
    isPublic: config.publicReading,
    publicMaxAge: config.publicMaxAge,
    answered: (outcome) => metrics?.answered(outcome),
  });
  const trusts = proxyaddr.compile([...config.trustedProxies]);
  /** Of a client that has broken the connection off already, nothing; whoever asks then has nobody to answer. */
  const addressOf = (request: IncomingMessage): string | undefined => proxyaddr(request, trusts);
  const http = createServer((request, response) => {
    // Not by URL, which throws at an address like “//”.
    const [pathname] = (request.url ?? '/').split('?', 1);
    if (pathname === '/health') return sendText(response, 200, 'ok');
    if (pathname === '/metrics' && metrics !== null) return void metrics.serve(request, response);
    if (pathname === '/ready') return void ready(response, database, () => draining);
    if (board(request, response)) return;
    const address = addressOf(request);
    if (address === undefined) return void request.destroy();
    const requestId = requestIdOf(request);
    response.setHeader('x-request-id', requestId);
    const refusal = bodyRefusal(request, config.maxBodyBytes);
    if (refusal !== null) return sendText(response, ...refusal);
    front.handle(request, response, {
      authorization: null,
      address,
      requestId,
      tellSpent: (spent) => response.setHeaders(new Map(Object.entries(rateLimitHeaders(spent)))),
    });
  });
  const upgrade = push.serveWebSockets(yoga);
  http.on('upgrade', (request, socket, head) => {
    const [pathname] = (request.url ?? '/').split('?', 1);
    // As HTTP/2 over plain text, which some clients offer with whatever they ask.
    if (request.headers.upgrade?.toLowerCase() !== 'websocket')
      return refuse(socket, '400 Bad Request', ONLY_WEBSOCKET);
    if (pathname !== yoga.graphqlEndpoint) return refuse(socket, '404 Not Found', 'There is nothing here.');
    if (!isAllowedOrigin(config, request.headers.origin, request.headers.host))
      return refuse(socket, '403 Forbidden', 'Pages of this origin may not connect here.');
    const address = addressOf(request);
    if (address === undefined) socket.destroy();
    else upgrade(request, socket, head, address);
  });
  await listen(http, config);
  const embargoes = new EmbargoClock(ledger, schema, logger);
  const forgetting = setInterval(
    () =>
      void forgetAnswers(ledger).catch((error) => logger.warn({ err: error }, 'old answers could not be forgotten')),
    FORGET_MS,
  ).unref();
  const { port } = http.address() as AddressInfo;

  return {
    url: `http://${config.host}:${port}/graphql`,
    ledger,
    stop: async () => {
      draining = true;
      // Still listening, so that whoever asks is told that this node is about to stop.
      await push.drain(config.drainMs);
      const closed = new Promise<void>((settle) => http.close(() => settle()));
      push.stop();
      await embargoes.stop();
      answers?.stop();
      clearInterval(forgetting);
      await ledger.stop();
      http.closeIdleConnections();
      const impatient = setTimeout(() => http.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(impatient);
    },
  };
}

const ONLY_WEBSOCKET = 'A connection is upgraded to WebSocket alone: send this request without the header Upgrade.';

const WELCOME = `# What the talks of the sample are about. More in the README.
query Talks {
  negotiations(first: 5) {
    nodes { slug title status cursor }
  }
}
`;

async function trustedDocuments({ trustedDocuments: path }: Config): Promise<TrustedDocuments | null> {
  if (path === null) return null;
  // The page is this server's own, and is trusted with it.
  return TrustedDocuments.read(path, boardDocuments()).catch((error: Error) => {
    throw error instanceof BadManifestError ? new ConfigError(`TRUSTED_DOCUMENTS ${error.message}`) : error;
  });
}

/** A browser's EventSource can send no header of its own, but says which page it is of; and a GET changes nothing. */
function exceptStreams({ onRequestParse }: Plugin, isAllowed: (headers: Headers) => boolean): Plugin {
  return {
    onRequestParse: (parsing) => {
      const { request } = parsing;
      return mayBeEventSource(request) && isAllowed(request.headers) ? undefined : onRequestParse?.(parsing);
    },
  };
}

/** A form can be sent from any page without a preflight, so only JSON runs operations. */
function onlyJson(): Plugin {
  return {
    onRequest: ({ request, fetchAPI, endResponse }) => {
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
      if (type !== 'application/json' && type !== 'application/graphql+json') {
        endResponse(new fetchAPI.Response('Send the operation as application/json.', { status: 415 }));
      }
    },
  };
}

/** The id that a proxy or the client has given it, else one of our own. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,100}$/.test(given) ? given : randomUUID();
}

/** Yoga itself takes a body of any size. */
function bodyRefusal({ headers }: IncomingMessage, most: number): [number, string] | null {
  if (headers['transfer-encoding'] !== undefined) return [411, 'Send the length of the body.'];
  return Number(headers['content-length'] ?? 0) > most ? [413, `Send at most ${most} bytes.`] : null;
}

/** A page of our own, an allowed one, or no page at all. */
function isAllowedOrigin(config: Config, origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return config.allowedOrigins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}

async function ready(response: ServerResponse, { prisma, read }: Database, draining: () => boolean): Promise<void> {
  if (draining()) return sendText(response, 503, 'draining');
  const answers = await Promise.race([
    // Over the connections of either kind.
    Promise.all([prisma.$queryRaw`SELECT 1`, read(Prisma.sql`SELECT 1`)]).then(
      () => true,
      () => false,
    ),
    delay(READY_MS, false, { ref: false }),
  ]);
  if (answers) sendText(response, 200, 'ready');
  else sendText(response, 503, 'the database does not answer');
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${text}\n`);
}

function listen(http: HttpServer, { port, host }: Config): Promise<void> {
  return new Promise((settle, fail) => {
    http.once('error', fail);
    http.listen(port, host, () => settle());
  });
}
