import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { type Server, startServer } from '../../src/server.ts';
import type { World } from './world.ts';

/** Another server on the record of a world, with other settings; nobody nudges it. */
export async function anotherServer(
  { database }: Pick<World, 'database'>,
  settings: NodeJS.ProcessEnv = {},
): Promise<Server & AsyncDisposable> {
  const config = readConfig({ PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '0', ...settings });
  const server = await startServer(config, database, pino({ level: 'silent' }));
  return { ...server, [Symbol.asyncDispose]: () => server.stop() };
}
