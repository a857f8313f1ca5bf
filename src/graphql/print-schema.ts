// Prints the schema, sorted, to schema/schema.graphql: what clients and reviewers read. With --check it writes nothing,
// and fails when that file is stale, or when a client's operation could break and schema/breaking.md does not say so.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges, lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

const PRINTED = 'schema/schema.graphql';
const BREAKING = 'schema/breaking.md';
const at = (path: string) => new URL(`../../${path}`, import.meta.url);

const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
if (process.argv.includes('--check')) check();
else writeFileSync(at(PRINTED), sdl);

function check(): void {
  if (read(PRINTED) !== sdl) fail(`${PRINTED} is stale: run \`npm run schema\`, and commit what it prints.`);
  const unsaid = breaks().filter((change) => !read(BREAKING).includes(change));
  if (unsaid.length > 0) {
    fail(`The schema breaks clients, and ${BREAKING} does not say so. Add to it, each with what to use instead:
${unsaid.map((change) => `- ${change}`).join('\n')}`);
  }
}

/** What changed since the schema that clients know, in graphql-js' words; nothing when there is none. */
function breaks(): string[] {
  const before = git('show', `${known()}:${PRINTED}`);
  return before === null ? [] : findBreakingChanges(buildSchema(before), schema).map(({ description }) => description);
}

/** Where this branch left the main one; on the main one itself, the commit before. */
function known(): string {
  const head = git('rev-parse', 'HEAD');
  const base = git('merge-base', 'HEAD', 'origin/main') ?? git('merge-base', 'HEAD', 'main');
  return base === null || base === head ? 'HEAD^' : base.trim();
}

function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: at('./'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}

function read(path: string): string {
  return existsSync(at(path)) ? readFileSync(at(path), 'utf8') : '';
}

function fail(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
