import { z } from 'zod';

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
  readonly loadSample: boolean;
  readonly maxBodyBytes: number;
}

/** A setting is not one: the message is a sentence that names it. */
export class ConfigError extends Error {}

const flag = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((value) => value === 'true');

const settings = z.object({
  PORT: z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a whole number')
    .min(0, 'must be 0 or more')
    .max(65_535, 'must be at most 65535')
    .default(4000),
  HOST: z.string().min(1, 'must not be empty').default('localhost'),
  DATA_DIR: z.string().min(1, 'must not be empty').default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'must be a PostgreSQL address, as in postgresql://user@host:5432/parley')
    .optional(),
  DATABASE_POOL: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(1, 'must be 1 or more')
    .max(500, 'must be at most 500')
    .default(10),
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    )
    .refine(
      (list) => list.every((origin) => /^https?:\/\/[^/\s]+$/.test(origin)),
      'must be origins with commas between, as in https://news.example',
    ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
  GRAPHIQL: flag.default(true),
  LOAD_SAMPLE: flag.default(true),
  MAX_BODY_BYTES: z.coerce
    .number({ error: 'must be a number of bytes' })
    .int('must be a whole number')
    .min(1_000, 'must be at least 1000')
    .default(1_000_000),
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
  return {
    port: data.PORT,
    host: data.HOST,
    dataDir: data.DATA_DIR,
    databaseUrl: data.DATABASE_URL ?? null,
    databasePool: data.DATABASE_POOL,
    allowedOrigins: data.ALLOWED_ORIGINS,
    logLevel: data.LOG_LEVEL,
    graphiql: data.GRAPHIQL,
    loadSample: data.LOAD_SAMPLE,
    maxBodyBytes: data.MAX_BODY_BYTES,
  };
}
