import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** What an app has beside our package; of these our package needs the first two, and graphql. */
const INSTALLED = [
  '@0no-co/graphql.web',
  'graphql-ws',
  'graphql',
  '@apollo/client',
  '@graphql-typed-document-node/core',
  '@urql/core',
  'rxjs',
  'ws',
];

/** An app in a folder of its own that has installed the client's package. */
export interface App extends AsyncDisposable {
  readonly folder: string;
  /** Runs a module of the app, and listens to what it prints. */
  run(file: string): Printing;
}

export interface Printing extends AsyncDisposable {
  /** Resolves with all lines once there are as many. @throws when the module ends before */
  lines(count: number): Promise<string[]>;
}

/** Packs the client, and installs it as npm would, where nothing else of ours is. */
export async function openApp(): Promise<App> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-app-'));
  const packed = join(folder, 'packed');
  must(process.execPath, ['src/client/package.mjs', packed]);
  const [tarball] = (await readdir(packed)).filter((file) => file.endsWith('.tgz'));
  const installed = join(folder, 'node_modules', 'parley');
  await mkdir(installed, { recursive: true });
  must('tar', ['-xzf', join(packed, String(tarball)), '-C', installed, '--strip-components=1']);
  for (const name of INSTALLED) {
    const link = join(folder, 'node_modules', name);
    await mkdir(resolve(link, '..'), { recursive: true });
    await symlink(resolve('node_modules', name), link, 'junction');
  }
  // What browsers and Node from 22 on have of their own.
  await writeFile(join(folder, 'web-socket.mjs'), `import WebSocket from 'ws';\nglobalThis.WebSocket ??= WebSocket;\n`);
  return {
    folder,
    run: (file) => printing(spawn(process.execPath, ['--import', './web-socket.mjs', file], { cwd: folder })),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The modules of the client's README that have a file's name, written into the app. */
export async function writeExamples(app: App, host: string): Promise<string[]> {
  const readme = await readFile(join(app.folder, 'node_modules', 'parley', 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```js (\S+\.mjs)\n([\s\S]*?)```/g)];
  for (const [, file, code] of examples) {
    await writeFile(join(app.folder, String(file)), String(code).replaceAll('localhost:4000', host));
  }
  return examples.map(([, file]) => String(file));
}

function printing(child: ChildProcess): Printing {
  const printed: string[] = [];
  let errors = '';
  let look = () => {};
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line);
      look();
    });
  }
  const exited = new Promise<void>((settle) => child.once('exit', () => settle()));
  return {
    lines: (count) =>
      new Promise((settle, fail) => {
        look = () => {
          if (printed.length >= count) settle(printed);
        };
        look();
        void exited.then(() => fail(new Error(`it ended after ${printed.length} lines: ${errors}`)));
      }),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await exited;
    },
  };
}

function must(command: string, args: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
}
