// Makes what a fresh clone lacks, and only what is stale: the dependencies, Prisma's client and, with --serve or
// --tests, the types of the operations and the board. It runs before every other command, so it is plain JavaScript,
// needs no dependency and is done in an instant when there is nothing to do. --quiet keeps standard output for the
// command's own words.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...path) => join(root, ...path);
const forTests = process.argv.includes('--tests');
const say = (line) => (process.argv.includes('--quiet') ? process.stderr : process.stdout).write(`${line}\n`);

refuseOldNode();
if (!dependenciesStand()) {
  refuseReadOnly(root, at('node_modules'));
  say('Installing the dependencies (npm ci); the first time this takes a minute ...');
  npmCi();
}
step(
  'client',
  [
    ['prisma', 'schema.prisma'],
    ['node_modules', 'prisma', 'package.json'],
  ],
  [['src', 'database', 'generated', 'client.ts']],
  () => {
    say("Generating Prisma's client ...");
    run([at('node_modules', 'prisma', 'build', 'index.js'), 'generate'], withoutSchemaEngine());
  },
);
step(
  'program',
  [
    ['package-lock.json'],
    ['tsconfig.json'],
    ['prisma', 'schema.prisma'],
    ...filesIn('src').filter((file) => !file.includes('page') && !file.includes('generated')),
  ],
  [['build', 'main.js']],
  () => {
    say('Compiling the program ...');
    // Beside what is there, as another process may be reading that.
    const [made, old] = [at(`build.new-${process.pid}`), at(`build.old-${process.pid}`)];
    run([at('node_modules', '@typescript', 'native', 'bin', 'tsc'), '-p', at('src'), '--outDir', made]);
    if (existsSync(at('build'))) renameSync(at('build'), old);
    renameSync(made, at('build'));
    rmSync(old, { recursive: true, force: true });
  },
);
if (forTests) {
  step(
    'bench',
    [['package-lock.json'], ['tsconfig.json'], ...filesIn('tests', 'bench')],
    [['build', 'bench', 'reads', 'limit-server.js']],
    () => {
      run([at('node_modules', '@typescript', 'native', 'bin', 'tsc'), '-p', at('tests', 'bench')]);
    },
  );
}
if (forTests || process.argv.includes('--serve')) {
  step(
    'operations',
    [['codegen.ts'], ['schema', 'schema.graphql'], ...filesIn('schema', 'operations')],
    [
      ['src', 'board', 'page', 'generated', 'operations.ts'],
      ['tests', 'generated', 'operations.ts'],
    ],
    () => {
      say('Typing the operations ...');
      run(['--import', 'tsx', at('codegen.ts')]);
    },
  );
  step(
    'board',
    [['package-lock.json'], ...filesIn('src', 'board'), ...filesIn('src', 'client')],
    [
      ['dist', 'board', 'index.html'],
      ['dist', 'board', 'documents.json'],
    ],
    () => {
      say('Building the board ...');
      run([at('src', 'board', 'build.mjs')]);
    },
  );
}

/** All files in a folder and those below it, in an order that is always the same. */
function filesIn(...folder) {
  return readdirSync(at(...folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => relative(root, join(file.parentPath, file.name)).split(sep))
    .sort();
}

function refuseOldNode() {
  const needed = JSON.parse(readFileSync(at('package.json'), 'utf8')).engines.node.replace('>=', '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = needed.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  fail(`Parley needs Node ${needed} or later, and this is Node ${process.versions.node}.`);
}

/** Refuses, before anything is begun, folders that something is to be made in and that may not be written to. */
function refuseReadOnly(...folders) {
  for (let folder of folders) {
    while (!existsSync(folder)) folder = dirname(folder);
    try {
      accessSync(folder, constants.W_OK);
    } catch ({ code }) {
      fail(
        `${folder} cannot be written to (${code}), and what Parley is made of is not ready there. Run npm start once as somebody who may write there, or in a copy of your own; when all is ready, nothing is written but the data, to DATA_DIR.`,
      );
    }
  }
}

/** Whether npm's own note of what it installed has all that the lock asks for, whoever ran it and when. */
function dependenciesStand() {
  const note = at('node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages;
  return Object.entries(JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages).every(([path, wanted]) => {
    const elective = path === '' || wanted.optional || wanted.devOptional || (wanted.dev && !forTests);
    return elective || installed[path]?.version === wanted.version;
  });
}

function npmCi() {
  // No install script is needed (.npmrc says so too), and Prisma's would fetch a binary.
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...(forTests ? ['--include=dev'] : []),
  ];
  const { npm_execpath: npm = '' } = process.env;
  const stdio = ['ignore', 'ignore', 'inherit'];
  const { status } = /^npm(-cli)?\.c?js$/.test(basename(npm))
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio })
    : spawnSync('npm', args, { cwd: root, stdio, shell: process.platform === 'win32' });
  if (status !== 0) fail('The dependencies could not be installed: npm ci failed.');
}

/**
 * Does a step when what it was made from has changed, or what it makes is gone.
 * @param {string} name
 * @param {string[][]} sources
 * @param {string[][]} products
 * @param {() => void} make
 */
function step(name, sources, products, make) {
  const stamp = at('node_modules', '.parley', name);
  const hash = createHash('sha256');
  for (const source of sources) hash.update(`${source.join('/')}\n`).update(readFileSync(at(...source)));
  const now = hash.digest('hex');
  if (
    products.every((product) => existsSync(at(...product))) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === now
  )
    return;
  refuseReadOnly(root, dirname(stamp), ...products.map((product) => dirname(at(...product))));
  mkdirSync(dirname(stamp), { recursive: true });
  // One that is interrupted is begun again, whatever the sources are then.
  rmSync(stamp, { force: true });
  make();
  writeFileSync(stamp, now);
}

/** Prisma looks for a schema engine, downloads it when there is none, and for `generate` does well without. */
function withoutSchemaEngine() {
  const env = { CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', ...process.env };
  if (process.platform === 'win32' || env.PRISMA_SCHEMA_ENGINE_BINARY) return env;
  const stub = at('node_modules', '.parley', 'no-schema-engine');
  writeFileSync(stub, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return { ...env, PRISMA_SCHEMA_ENGINE_BINARY: stub };
}

/** Runs Node; what it says is shown only when it fails. */
function run(args, env = process.env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) fail(`${stdout}${stderr}`.trim());
}

function fail(why) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
