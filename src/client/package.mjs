// Makes what an app installs: the client alone, compiled, in a package of its own that brings nothing of the server.
//   node src/client/package.mjs [folder]     the folder is ./dist when left out
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, 'dist'));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const graphqlWs = JSON.parse(readFileSync(join(root, 'node_modules', 'graphql-ws', 'package.json'), 'utf8'));

rmSync(join(folder, 'client'), { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
run(process.execPath, [
  join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc'),
  ...['-p', join(root, 'src', 'client'), '--outDir', join(folder, 'client')],
]);
copyFileSync(join(root, 'src', 'client', 'README.md'), join(folder, 'README.md'));

const { name, version, type, engines, exports } = manifest;
const dependencies = Object.fromEntries(
  // What of ours an app may have already is taken from there.
  ['@0no-co/graphql.web', 'graphql-ws'].map((dependency) => [dependency, `^${manifest.dependencies[dependency]}`]),
);
const published = {
  name,
  version,
  description: 'Follows the live record of negotiations that a Parley server keeps.',
  type,
  sideEffects: false,
  engines,
  exports: JSON.parse(JSON.stringify(exports).replaceAll('./dist/', './')),
  files: ['client'],
  dependencies,
  peerDependencies: { graphql: graphqlWs.peerDependencies.graphql },
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
run('npm', ['pack', '--silent', '--pack-destination', folder, folder]);

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
