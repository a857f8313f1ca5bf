import proxyaddr from 'proxy-addr';
import { z } from 'zod';
import type { TokenSettings } from './desk/tokens.ts';
import type { WrongKeyLimit } from './desk/wrong-keys.ts';
import type { RateLimits } from './graphql/rate-limit.ts';
import { PlainError } from './plain-error.ts';
import type { PushLimits } from './push/push.ts';

/** What the process is told by its environment. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly databasePool: number;
  readonly allowedOrigins: readonly string[];
  readonly logLevel: string;
  readonly graphiql: boolean;
  /** Whether the schema describes itself. */
  readonly introspection: boolean;
  /** Whether what is wrong with an operation is said with a guess at what was meant. */
  readonly suggestions: boolean;
  /** The file of the only documents that are run; null when any is. */
  readonly trustedDocuments: string | null;
  readonly loadSample: boolean;
  /** What a scraper of the metrics has to show; null where there are none. */
  readonly metricsToken: string | null;
  /** Whether callers without a key or token may read. */
  readonly publicReading: boolean;
  readonly maxBodyBytes: number;
  /** How much answers may take that are kept; 0 keeps none. */
  readonly answerCacheBytes: number;
  /** How long others may keep a public answer without asking whether it still holds, in seconds. */
  readonly publicMaxAge: number;
  /** Whether whoever wrote any of a draft may not be the one who lets it be published. */
  readonly fourEyes: boolean;
  /** How many operations a request may hold. */
  readonly maxBatch: number;
  readonly rateLimit: RateLimits;
  readonly wrongKeys: WrongKeyLimit;
  /** How long a query may take, and any one statement in PostgreSQL. */
  readonly timeLimitMs: number;
  /** Proxies whose word on a client's address is taken. */
  readonly trustedProxies: readonly string[];
  /** Whose bearer tokens are taken; null for nobody's. */
  readonly tokens: TokenSettings | null;
  readonly push: PushLimits;
  /** Over how long subscribers are sent away when the process stops, in milliseconds. */
  readonly drainMs: number;
}

/** A setting is not one: the message is a sentence that names it. */
export class ConfigError extends PlainError {}

const flag = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((value) => value === 'true');

function wholeNumber(least: number, most: number, otherwise: number, what = 'a number') {
  return z.coerce
    .number({ error: `must be ${what}` })
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .default(otherwise);
}

const MOST = 1_000_000_000;

function list(one: (item: string) => boolean, otherwise: string) {
  return z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    )
    .refine((items) => items.every(one), otherwise);
}

const address = z.url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' });

const settings = z.object({
  PORT: wholeNumber(0, 65_535, 4000, 'a port number'),
  HOST: z.string().min(1, 'must not be empty').default('localhost'),
  DATA_DIR: z.string().min(1, 'must not be empty').default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'must be a PostgreSQL address, as in postgresql://user@host:5432/parley')
    .optional(),
  DATABASE_POOL: wholeNumber(1, 500, 10),
  ALLOWED_ORIGINS: list(
    (origin) => /^https?:\/\/[^/\s]+$/.test(origin),
    'must be origins with commas between, as in https://news.example',
  ),
  TRUSTED_PROXIES: list(
    isProxy,
    'must be addresses or ranges with commas between, or loopback, linklocal or uniquelocal',
  ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
  GRAPHIQL: flag.default(true),
  INTROSPECTION: flag.default(true),
  SUGGESTIONS: flag.optional(),
  NODE_ENV: z.string().optional(),
  TRUSTED_DOCUMENTS: z.string().optional(),
  LOAD_SAMPLE: flag.default(true),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'must have at least 16 characters of ASCII, without spaces')
    .optional(),
  PUBLIC_READING: flag.default(true),
  OIDC_ISSUER: address.optional(),
  OIDC_AUDIENCE: z.string().min(1, 'must not be empty').optional(),
  OIDC_JWKS_URL: address.optional(),
  OIDC_ALGORITHMS: list(
    // Of a key pair: with a shared secret, whoever checks tokens could make them.
    (algorithm) => /^((RS|PS|ES)(256|384|512)|EdDSA)$/.test(algorithm),
    'must be signatures of a key pair with commas between, of RS256, PS256, ES256, their 384 and 512, or EdDSA',
  ),
  OIDC_ROLE_CLAIM: z.string().min(1, 'must not be empty').default('parley_roles'),
  FOUR_EYES: flag.default(false),
  MAX_BODY_BYTES: wholeNumber(1_000, MOST, 1_000_000),
  ANSWER_CACHE_BYTES: wholeNumber(0, 100_000_000_000, 64_000_000),
  PUBLIC_MAX_AGE_SECONDS: wholeNumber(0, 86_400, 0),
  MAX_BATCH: wholeNumber(1, 100, 1),
  RATE_LIMIT: wholeNumber(0, MOST, 60_000_000),
  RATE_LIMIT_ACCOUNT: wholeNumber(0, MOST, 600_000_000),
  RATE_LIMIT_SECONDS: wholeNumber(1, 86_400, 60),
  RATE_LIMIT_SHARED: flag.default(false),
  WRONG_KEYS_PER_ADDRESS: wholeNumber(0, MOST, 100),
  TIME_LIMIT_SECONDS: wholeNumber(1, 3_600, 30),
  MAX_CONNECTIONS: wholeNumber(1, MOST, 20_000),
  MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(1, MOST, 1_000),
  MAX_OPERATIONS_PER_SOCKET: wholeNumber(1, MOST, 100),
  MAX_GROUPS: wholeNumber(1, MOST, 20_000),
  MAX_GROUPS_PER_ADDRESS: wholeNumber(1, MOST, 2_000),
  MAX_OPERATION_ID_LENGTH: wholeNumber(36, 10_000, 100),
  MAX_MESSAGE_BYTES: wholeNumber(1_000, MOST, 100_000),
  CONNECTION_INIT_SECONDS: wholeNumber(1, 3_600, 3),
  IDLE_SOCKET_SECONDS: wholeNumber(1, 86_400, 300),
  LAG_BYTES: wholeNumber(65_536, MOST, 262_144),
  LAG_CLOSE_BYTES: wholeNumber(65_536, MOST, 16_000_000),
  LAG_CLOSE_SECONDS: wholeNumber(1, 86_400, 300),
  DRAIN_SECONDS: wholeNumber(0, 3_600, 5),
});

/**
 * Reads the settings; an empty variable counts as one that is not set.
 * @throws ConfigError
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const read = settings.safeParse(given);
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = String(issue?.path[0] ?? 'The environment');
    throw new ConfigError(`${name} ${issue?.message ?? 'is wrong'} (it is “${given[name] ?? ''}”).`);
  }
  const { data } = read;
  if ((data.OIDC_ISSUER === undefined) !== (data.OIDC_AUDIENCE === undefined)) {
    throw new ConfigError('OIDC_ISSUER and OIDC_AUDIENCE go together: whose tokens are taken, and for whom they are.');
  }
  return {
    port: data.PORT,
    host: data.HOST,
    dataDir: data.DATA_DIR,
    databaseUrl: data.DATABASE_URL ?? null,
    databasePool: data.DATABASE_POOL,
    allowedOrigins: data.ALLOWED_ORIGINS,
    logLevel: data.LOG_LEVEL,
    graphiql: data.GRAPHIQL,
    introspection: data.INTROSPECTION,
    suggestions: data.SUGGESTIONS ?? data.NODE_ENV !== 'production',
    trustedDocuments: data.TRUSTED_DOCUMENTS ?? null,
    loadSample: data.LOAD_SAMPLE,
    metricsToken: data.METRICS_TOKEN ?? null,
    publicReading: data.PUBLIC_READING,
    maxBodyBytes: data.MAX_BODY_BYTES,
    answerCacheBytes: data.ANSWER_CACHE_BYTES,
    publicMaxAge: data.PUBLIC_MAX_AGE_SECONDS,
    fourEyes: data.FOUR_EYES,
    maxBatch: data.MAX_BATCH,
    rateLimit: {
      points: data.RATE_LIMIT,
      pointsWithAccount: data.RATE_LIMIT_ACCOUNT,
      windowSeconds: data.RATE_LIMIT_SECONDS,
      isShared: data.RATE_LIMIT_SHARED,
    },
    wrongKeys: { mostPerAddress: data.WRONG_KEYS_PER_ADDRESS, windowSeconds: data.RATE_LIMIT_SECONDS },
    timeLimitMs: data.TIME_LIMIT_SECONDS * 1_000,
    trustedProxies: data.TRUSTED_PROXIES,
    tokens: tokenSettings(data),
    push: {
      connections: data.MAX_CONNECTIONS,
      connectionsAnAddress: data.MAX_CONNECTIONS_PER_ADDRESS,
      operations: data.MAX_OPERATIONS_PER_SOCKET,
      groups: data.MAX_GROUPS,
      groupsAnAddress: data.MAX_GROUPS_PER_ADDRESS,
      operationIdLength: data.MAX_OPERATION_ID_LENGTH,
      messageBytes: data.MAX_MESSAGE_BYTES,
      initMs: data.CONNECTION_INIT_SECONDS * 1_000,
      idleMs: data.IDLE_SOCKET_SECONDS * 1_000,
      lagBytes: data.LAG_BYTES,
      lagCloseBytes: data.LAG_CLOSE_BYTES,
      lagCloseMs: data.LAG_CLOSE_SECONDS * 1_000,
    },
    drainMs: data.DRAIN_SECONDS * 1_000,
  };
}

function tokenSettings(data: z.infer<typeof settings>): TokenSettings | null {
  if (data.OIDC_ISSUER === undefined || data.OIDC_AUDIENCE === undefined) return null;
  return {
    issuer: data.OIDC_ISSUER,
    audience: data.OIDC_AUDIENCE,
    keysUrl: data.OIDC_JWKS_URL ?? null,
    algorithms: data.OIDC_ALGORITHMS.length > 0 ? data.OIDC_ALGORITHMS : ['RS256', 'ES256'],
    roleClaim: data.OIDC_ROLE_CLAIM,
  };
}

function isProxy(address: string): boolean {
  try {
    proxyaddr.compile(address);
    return true;
  } catch {
    return false;
  }
}

/** Where the record is: on a server, or in a folder. */
export function placeOf({ databaseUrl, dataDir }: Config): { url: string } | { dataDir: string } {
  return databaseUrl === null ? { dataDir } : { url: databaseUrl };
}
