import { setFlagsFromString } from 'node:v8';
import { pino } from 'pino';
import pretty from 'pino-pretty';
import { warmUp } from './board/warm-up.ts';
import { type Config, placeOf, readConfig } from './config.ts';
import { connect, type Database } from './database/connect.ts';
import { migrate } from './database/migrate.ts';
import { serveControl } from './desk/control.ts';
import { isPlain } from './plain-error.ts';

async function main(): Promise<void> {
  // From the first moment on: one that comes while the database is made lets that end first.
  const stopping = stopSignal();
  const config = readConfig(process.env);
  const logger = process.stdout.isTTY
    ? pino({ level: config.logLevel }, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true }))
    : pino({ level: config.logLevel });

  // The largest part of the program is read while the database opens in its own thread.
  const program = Promise.all([import('./server.ts'), import('./transfer/samples.ts')]);
  await using database = await openDatabase(config, (step) => logger.info(step));
  const applied = await migrate(database.prisma);
  if (applied.length > 0) logger.info(`applied ${applied.length} migrations: ${applied.join(', ')}`);

  const [{ startServer }, { loadSamples }] = await program;
  const server = await startServer(config, database, logger, async (ledger) => {
    if (config.loadSample) await loadSamples(ledger, (step) => logger.info(step));
  });
  const control = database.embedded === null ? null : await serveControl(config.dataDir, database.prisma, logger);
  logger.info(
    `serving ${server.url} (GraphQL over HTTP and WebSocket), and the board at ${new URL('/', server.url)}; Ctrl-C stops`,
  );
  void warmUp(server.url);

  const over = server.ledger.isOver.then(() => {
    process.exitCode = 1;
    return 'the record has another key';
  });
  const reason = await Promise.race([stopping, over]);
  logger.info(`${reason}: letting what is under way end`);
  await control?.stop();
  await server.stop();
  logger.info('stopped');
}

async function openDatabase(config: Config, say: (step: string) => void): Promise<Database> {
  const place = placeOf(config);
  say(
    'url' in place
      ? 'opening the PostgreSQL server of DATABASE_URL'
      : `opening the embedded database in ${place.dataDir}`,
  );
  return connect(place, config.databasePool, config.timeLimitMs);
}

// By half of what is in use instead of by as much again, before it is collected: a third less memory under load, for a
// twentieth more work.
setFlagsFromString('--heap-growing-percent=50');
// One large answer that outlives a collection has V8 make whatever comes out of the same lines among what is old from then
// on. All that it holds is kept with it until all of the heap is collected: a third more work, of every answer.
setFlagsFromString('--no-allocation-site-pretenuring');

try {
  await main();
  process.exit();
} catch (error) {
  process.stderr.write(`${isPlain(error) ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
}

/**
 * Waits until the process is told to stop. One Ctrl-C under `npm start` comes twice, from the terminal and handed on by
 * npm, so only one that comes a second later is an impatient one, and ends the process at once.
 */
function stopSignal(): Promise<NodeJS.Signals> {
  let told = Number.POSITIVE_INFINITY;
  return new Promise((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (Date.now() - told > 1000) process.exit(1);
        told = Math.min(told, Date.now());
        stop(signal);
      });
    }
  });
}
