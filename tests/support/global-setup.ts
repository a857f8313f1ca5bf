import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database to begin from: an image of an embedded one, or a template on a server. */
    blank: { image: string } | { server: string; template: string };
  }
}

/** Compiles what is stale, and migrates one database, once; every test file begins from a copy of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ['src/setup.mjs', '--tests'], { stdio: 'inherit' });
  const server = process.env.DATABASE_URL;
  return server ? onServer(project, server) : embedded(project);
}

async function embedded(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-tests-'));
  const image = join(folder, 'blank.tar');
  const database = await connect({ image: undefined });
  await migrate(database.prisma);
  await writeFile(image, (await database.embedded?.dump()) ?? new Uint8Array());
  await database[Symbol.asyncDispose]();
  project.provide('blank', { image });
  return () => rm(folder, { recursive: true, force: true });
}

async function onServer(project: TestProject, server: string): Promise<() => Promise<void>> {
  const template = `parley_blank_${process.pid}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${template}`);
  const url = new URL(server);
  url.pathname = `/${template}`;
  const database = await connect({ url: url.href });
  await migrate(database.prisma);
  await database[Symbol.asyncDispose]();
  project.provide('blank', { server, template });
  return async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await admin.end();
  };
}
