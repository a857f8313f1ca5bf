import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionResult, getOperationAST } from 'graphql';
import type { YogaServerInstance } from 'graphql-yoga';
import { type Identify, rightsOf, type Viewer } from '../desk/policy.ts';
import type { Context, Origin } from '../graphql/context.ts';
import type { Mask } from '../graphql/mask.ts';
import { Touched } from '../ledger/touched.ts';
import { isKeepable } from './keepable.ts';
import type { KeptAnswer, KeptAnswers, Made } from './kept-answers.ts';
import { answerType, type MediaType, type Question, readAddress, readBody } from './ordinary.ts';
import { cacheHeaders, isStillGood, jsonOf, statusOf, write } from './response.ts';

/** Who sends a request, as the server's context needs it. */
type Sender = Origin & {
  readonly authorization: string | null;
  readonly viewer?: Viewer;
  readonly touched?: Touched | null;
};

/** How a request was answered. */
export type Outcome = 'kept' | 'shared' | 'executed';

export interface FrontOptions<From extends Sender> {
  readonly yoga: YogaServerInstance<From, object>;
  readonly mask: Mask;
  readonly identify: Identify;
  /** Where answers are kept; null when they are not. */
  readonly answers: KeptAnswers | null;
  /** Whether callers without an account may read. */
  readonly isPublic: boolean;
  /** How long others may keep a public answer without asking whether it still holds, in seconds. */
  readonly publicMaxAge: number;
  readonly answered: (outcome: Outcome) => void;
}

/**
 * Answers ordinary requests, an operation as JSON and its result as JSON, by the same parsing, validation, context and
 * execution as Yoga, without what its HTTP layer costs; and what was asked before and holds, by what was answered then. All
 * else is Yoga's: requests out of the ordinary, and whatever turns out before anything was executed to be no operation
 * that can be, which it refuses in its words.
 */
export class Front<From extends Sender> {
  readonly #options: FrontOptions<From>;

  constructor(options: FrontOptions<From>) {
    this.#options = options;
  }

  handle(request: IncomingMessage, response: ServerResponse, from: From): void {
    this.#answer(request, response, from).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      const result = { errors: [this.#options.mask(error, from.requestId)] };
      write(response, 500, 'application/json', jsonOf(result));
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse, from: From): Promise<void> {
    const { yoga } = this.#options;
    const [pathname, search] = (request.url ?? '').split('?', 2);
    const type = pathname === yoga.graphqlEndpoint ? answerType(request) : null;
    if (type === null || request.headers['content-length'] === '0') return this.#handOver(request, response, from);
    let question: Question | null = null;
    if (request.method === 'POST') {
      const body = await bodyOf(request);
      if (body === null) return;
      // Yoga takes it from here when it is not ordinary after all.
      Object.assign(request, { body });
      if (search === undefined) question = readBody(body);
    } else if (isMeant(request)) {
      question = readAddress(new URLSearchParams(search));
    }
    const isAnswered = question !== null && (await this.#ask(question, request, response, type, from));
    if (!isAnswered) this.#handOver(request, response, from);
  }

  #handOver(request: IncomingMessage, response: ServerResponse, from: From): void {
    void this.#options.yoga(request, response, from as never);
  }

  /** @returns whether it was answered */
  async #ask(
    question: Question,
    request: IncomingMessage,
    response: ServerResponse,
    type: MediaType,
    from: From,
  ): Promise<boolean> {
    const { identify, answers, isPublic, answered } = this.#options;
    const authorization = request.headers.authorization ?? null;
    // One that is none is refused after the document, if that is no better.
    const viewer = await identify(authorization, from.address).catch((error: unknown) => new Refused(error));
    const isReader = !(viewer instanceof Refused) && (isPublic || viewer.accountId !== null);
    // What an answer is read from is noted when it may be kept.
    const keeping =
      isReader && answers !== null ? { answers, name: nameOf(question, viewer), touched: new Touched() } : null;
    const kept = await keeping?.answers.get(keeping.name).catch(() => null);
    if (kept) {
      answered('kept');
      this.#sendKept(request, response, type, authorization, kept);
      return true;
    }
    const touched = keeping?.touched ?? null;
    const operation = this.#prepare(question, request, Object.assign({}, from, { authorization }), viewer, touched);
    if (operation === null) return false;
    if (keeping === null || !isKeepable(operation.document, question.operationName)) {
      const result = await operation.execute();
      answered('executed');
      this.#send(request, response, type, result, jsonOf(result));
      return true;
    }
    const letInto = viewer instanceof Refused ? [] : [...viewer.grants.keys()];
    const make = () => this.#make(operation, keeping.touched);
    const { made, isShared, kept: own } = await keeping.answers.make(keeping.name, letInto, make);
    answered(isShared ? 'shared' : 'executed');
    if (own !== null) this.#sendKept(request, response, type, authorization, own);
    else this.#send(request, response, type, made.result, made.body);
    return true;
  }

  /** Sends what is not kept here, and is not to be kept by others. */
  #send(
    { method }: IncomingMessage,
    response: ServerResponse,
    type: MediaType,
    result: ExecutionResult,
    body: Buffer,
  ): void {
    const headers = { ...(method === 'GET' && { 'cache-control': 'no-store' }), ...headersOf(result) };
    write(response, statusOf(result, type), type, body, headers);
  }

  #sendKept(
    request: IncomingMessage,
    response: ServerResponse,
    type: MediaType,
    authorization: string | null,
    { body, etag: ofBody }: KeptAnswer,
  ): void {
    // The same bytes of another media type are another answer.
    const etag = type === 'application/json' ? ofBody : ofBody.replace(/"$/, '.response"');
    const headers = {
      etag,
      ...cacheHeaders(authorization !== null || !this.#options.isPublic, this.#options.publicMaxAge),
    };
    if (isStillGood(request, etag)) response.writeHead(304, headers).end();
    else write(response, 200, type, body, headers);
  }

  async #make({ execute }: Prepared, touched: Touched): Promise<Made> {
    const result = await execute();
    return { result, body: jsonOf(result), touched, isWhole: !result.errors?.length && result.data != null };
  }

  /** @returns null when nothing may be executed, so that Yoga may say why */
  #prepare(
    { query, operationName, variables }: Question,
    { method }: IncomingMessage,
    from: Sender,
    viewer: Viewer | Refused,
    touched: Touched | null,
  ): Prepared | null {
    const { yoga, mask } = this.#options;
    const who = viewer instanceof Refused ? {} : { viewer };
    // Yoga's types want what only its own requests have; none of it is asked for.
    const { parse, validate, contextFactory, execute, schema } = yoga.getEnveloped(
      Object.assign({}, from, who, { touched }) as never,
    );
    const document = parsed(() => parse(query) as DocumentNode);
    const kind = document && getOperationAST(document, operationName)?.operation;
    if (!kind || kind === 'subscription' || (kind === 'mutation' && method !== 'POST')) return null;
    if (validate(schema, document).length > 0) return null;
    const run = async (): Promise<ExecutionResult> => {
      let contextValue: Context;
      try {
        if (viewer instanceof Refused) throw viewer.reason;
        contextValue = (await contextFactory()) as unknown as Context;
      } catch (error) {
        // Yoga would find out once more who asks, and a wrong key be tried twice.
        return { errors: [mask(error, from.requestId)] };
      }
      if (touched !== null) contextValue = watched(contextValue);
      return execute({ schema, document, operationName, variableValues: variables, contextValue });
    };
    return { document, execute: run };
  }
}

const VIEWER = Symbol('viewer');

const WATCHED: object = {
  get viewer() {
    const { touched, [VIEWER]: viewer } = this as unknown as Context & { [VIEWER]: Viewer };
    touched?.sawViewer();
    return viewer;
  },
};

/** The same context, which notes when a resolver looks at who asks. */
function watched({ viewer, ...others }: Context): Context {
  return Object.assign(Object.create(WATCHED), { ...others, [VIEWER]: viewer });
}

/** An operation that may be executed, once. */
interface Prepared {
  readonly document: DocumentNode;
  readonly execute: () => Promise<ExecutionResult>;
}

/** Why it is not known who asks. */
class Refused {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** Same question, same rights: same answer, as long as nothing touches it. */
function nameOf({ query, operationName, variables }: Question, viewer: Viewer): string {
  return JSON.stringify([rightsOf(viewer), operationName, variables, query]);
}

/** A page of another origin can have a browser send a GET with no header of its own, so one is asked for. */
function isMeant({ headers }: IncomingMessage): boolean {
  return headers.authorization !== undefined || headers['x-graphql-yoga-csrf'] !== undefined;
}

/** The whole body; null when the client left before. Its length was looked at before. */
function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((settle) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => settle(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', () => settle(null));
    request.on('close', () => settle(null));
  });
}

/** Null for what is no document: Yoga says why not. */
function parsed(parse: () => DocumentNode): DocumentNode | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

/** What errors ask to be said beside the answer. */
function headersOf({ errors = [] }: ExecutionResult): Record<string, string> {
  const given = errors.map(
    ({ extensions }) => (extensions.http as { headers?: Record<string, string> } | undefined)?.headers,
  );
  return Object.assign({}, ...given);
}
