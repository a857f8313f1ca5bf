import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, type PrismaClient } from '../src/database/connect.ts';
import { controlPath, serveControl } from '../src/desk/control.ts';
import { runKeyCommand } from '../src/desk/key-command.ts';
import { createAuthenticator, issueKey, revokeKey } from '../src/desk/keys.ts';
import { BadKeyError, READER } from '../src/desk/policy.ts';
import { freshDatabase, freshPlace } from './support/database.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());
afterEach(() => {
  vi.useRealTimers();
});

const VIEWER = '{ viewer { name role } }';
const ISSUE = `mutation Issue($input: IssueKeyInput!) { issueKey(input: $input) {
  __typename
  ... on IssueKeyPayload { key deskKey { prefix name role expiresAt revokedAt lastUsedAt } }
  ... on InvalidInputError { problems { path message } }
} }`;
const REVOKE = `mutation Revoke($input: RevokeKeyInput!) { revokeKey(input: $input) {
  __typename
  ... on RevokeKeyPayload { deskKey { name revokedAt } }
  ... on NotFoundError { message }
} }`;

function another(role: 'REPORTER' | 'EDITOR', name = 'another'): Promise<string> {
  return issueKey(world.database.prisma, { name, role, expiresAt: null }).then(({ key }) => key);
}

describe('a caller', () => {
  it('without a key is a reader with no name', async () => {
    expect(await world.query(VIEWER)).toEqual({ data: { viewer: { name: null, role: 'READER' } } });
  });

  it('with a key has its name and role', async () => {
    expect(await world.as(await world.key('EDITOR'), VIEWER)).toEqual({
      data: { viewer: { name: 'EDITOR of the test', role: 'EDITOR' } },
    });
  });

  it('with a key that never was, was changed, expired or was revoked is refused, and is not told which', async () => {
    const { prisma } = world.database;
    const [expired, revoked] = await Promise.all(
      ['one', 'two'].map((name) => issueKey(prisma, { name, role: 'ADMIN', expiresAt: null })),
    );
    await prisma.deskKey.update({ where: { id: expired!.row.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    await revokeKey(prisma, revoked!.row.prefix);
    const good = await world.key('ADMIN');
    const changed = `${good.slice(0, -2)}${good.endsWith('AA') ? 'BA' : 'AA'}`;
    for (const key of [`parley_${'0'.repeat(12)}_${'A'.repeat(43)}`, changed, expired!.key, revoked!.key]) {
      const { data, errors } = await world.as(key, VIEWER);
      expect(data ?? null).toBeNull();
      expect(errors).toMatchObject([
        { message: 'This key is not, or no longer, valid here.', extensions: { code: 'UNAUTHENTICATED' } },
      ]);
    }
    const { errors } = await world.as('secret-of-mine', VIEWER);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(JSON.stringify(errors)).not.toContain('secret-of-mine');
  });
});

describe('keys', () => {
  it('are issued by an administrator, shown once, and kept as a hash', async () => {
    const input = { name: 'Night desk', role: 'EDITOR', expiresAt: '2999-01-01T00:00:00Z' };
    const { data } = await world.as(await world.key('ADMIN'), ISSUE, { input });
    const { key, deskKey } = data.issueKey;
    expect(deskKey).toEqual({
      prefix: key.split('_')[1],
      name: 'Night desk',
      role: 'EDITOR',
      expiresAt: '2999-01-01T00:00:00.000Z',
      revokedAt: null,
      lastUsedAt: null,
    });
    expect(await world.as(key, VIEWER)).toEqual({ data: { viewer: { name: 'Night desk', role: 'EDITOR' } } });
    const row = await world.database.prisma.deskKey.findUniqueOrThrow({ where: { prefix: deskKey.prefix } });
    expect(Buffer.from(row.hash).length).toBe(32);
    expect(JSON.stringify(row)).not.toContain(key.split('_').slice(2).join('_'));
  });

  it('are issued and revoked by nobody else', async () => {
    const input = { name: 'Mine', role: 'ADMIN' };
    for (const [key, code] of [
      [null, 'UNAUTHENTICATED'],
      [await world.key('REPORTER'), 'FORBIDDEN'],
      [await world.key('EDITOR'), 'FORBIDDEN'],
    ] as const) {
      expect((await world.as(key, ISSUE, { input })).errors).toMatchObject([{ extensions: { code } }]);
      expect((await world.as(key, REVOKE, { input: { prefix: '0'.repeat(12) } })).errors).toMatchObject([
        { extensions: { code } },
      ]);
    }
    expect(await world.database.prisma.deskKey.count({ where: { name: 'Mine' } })).toBe(0);
  });

  it('need a name, and an expiry that is to come', async () => {
    const { data } = await world.as(await world.key('ADMIN'), ISSUE, {
      input: { name: ' ', role: 'EDITOR', expiresAt: '2020-01-01T00:00:00Z' },
    });
    expect(data.issueKey).toMatchObject({
      __typename: 'InvalidInputError',
      problems: [{ path: ['name'] }, { path: ['expiresAt'] }],
    });
  });

  it('are revoked by their prefix, and keep the instant of the first time', async () => {
    const admin = await world.key('ADMIN');
    const prefix = (await another('EDITOR', 'to be revoked')).slice(7, 19);
    const { data } = await world.as(admin, REVOKE, { input: { prefix } });
    expect(data.revokeKey).toMatchObject({
      __typename: 'RevokeKeyPayload',
      deskKey: { name: 'to be revoked', revokedAt: expect.any(String) },
    });
    expect((await world.as(admin, REVOKE, { input: { prefix } })).data).toEqual(data);
    for (const unknown of ['0'.repeat(12), 'a\u0000', '']) {
      expect((await world.as(admin, REVOKE, { input: { prefix: unknown } })).data.revokeKey.__typename).toBe(
        'NotFoundError',
      );
    }
  });

  it('are no part of the record', async () => {
    const before = await world.query('{ head }');
    await world.as(await world.key('ADMIN'), ISSUE, { input: { name: 'Silent', role: 'EDITOR' } });
    expect(await world.query('{ head }')).toEqual(before);
  });
});

describe('an authenticator', () => {
  it('looks a key up a few times a second, so that a revocation bites within one', async () => {
    await using database = await freshDatabase();
    const { key, row } = await issueKey(database.prisma, { name: 'desk', role: 'EDITOR', expiresAt: null });
    vi.useFakeTimers({ toFake: ['Date'] });
    const began = Date.now();
    const authenticate = createAuthenticator(database.prisma);
    expect(await authenticate(`Bearer ${key}`)).toEqual({
      accountId: row.accountId,
      keyId: row.id,
      name: 'desk',
      role: 'EDITOR',
      grants: new Map(),
      until: null,
    });
    await revokeKey(database.prisma, row.prefix);
    vi.setSystemTime(began + 299);
    expect((await authenticate(key)).role).toBe('EDITOR');
    vi.setSystemTime(began + 300);
    await expect(authenticate(key)).rejects.toThrow(BadKeyError);
  });

  it('holds a key to its expiry even within that time', async () => {
    await using database = await freshDatabase();
    vi.useFakeTimers({ toFake: ['Date'] });
    const began = Date.now();
    const { key } = await issueKey(database.prisma, { name: 'desk', role: 'EDITOR', expiresAt: new Date(began + 200) });
    const authenticate = createAuthenticator(database.prisma);
    vi.setSystemTime(began + 199);
    expect((await authenticate(key)).role).toBe('EDITOR');
    vi.setSystemTime(began + 200);
    await expect(authenticate(key)).rejects.toThrow(BadKeyError);
  });

  it('asks nothing of the database for a reader, and nothing twice at once', async () => {
    const { authenticate, findUnique, key } = await overStub();
    expect(await authenticate(null)).toBe(READER);
    await expect(authenticate('nothing like a key')).rejects.toThrow(BadKeyError);
    expect(findUnique).not.toHaveBeenCalled();
    for (let n = 0; n < 3; n++) await authenticate(key);
    expect(findUnique).toHaveBeenCalledTimes(1);
  });

  it.each(['earlier', 'later'])(
    'opens nothing to a key that was refused, when the %s look-up ends first',
    async (first) => {
      const { authenticate, findUnique, key } = await overStub();
      const row = await findUnique();
      const revoked = { ...row, revokedAt: new Date() };
      const [earlier, later] = ['earlier', 'later'].map((name) => {
        const ended = new EventEmitter();
        findUnique.mockImplementationOnce(async () => {
          await once(ended, 'now');
          return name === 'later' ? revoked : row;
        });
        return { name, ended, viewer: authenticate(key) };
      });
      const ends = [
        {
          end: () => earlier?.ended.emit('now'),
          is: () => expect(earlier?.viewer).resolves.toMatchObject({ name: 'desk' }),
        },
        { end: () => later?.ended.emit('now'), is: () => expect(later?.viewer).rejects.toThrow(BadKeyError) },
      ];
      for (const { end, is } of first === 'later' ? ends.reverse() : ends) {
        const seen = is();
        end();
        await seen;
      }
      findUnique.mockResolvedValue(revoked);
      await expect(authenticate(key)).rejects.toThrow(BadKeyError);
    },
  );

  it('notes at most once a day that a key was used, and waits for no such note', async () => {
    const { authenticate, updateMany, warn, key } = await overStub();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(new Date('2999-01-01T08:00:00Z'));
    updateMany.mockReturnValueOnce(new Promise(() => {}));
    await authenticate(key);
    vi.setSystemTime(new Date('2999-01-01T23:59:59Z'));
    await authenticate(key);
    expect(updateMany).toHaveBeenCalledTimes(1);
    vi.setSystemTime(new Date('2999-01-02T00:00:00Z'));
    updateMany.mockRejectedValueOnce(new Error('no'));
    expect((await authenticate(key)).name).toBe('desk');
    expect(updateMany).toHaveBeenCalledTimes(2);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));
  });

  it('notes on which day a key was used', async () => {
    const { prisma } = world.database;
    const { key, row } = await issueKey(prisma, { name: 'used', role: 'REPORTER', expiresAt: null });
    await world.as(key, VIEWER);
    await vi.waitFor(async () => {
      const { lastUsedAt } = await prisma.deskKey.findUniqueOrThrow({ where: { id: row.id } });
      // Closer than that it would tell when somebody works on what is not there for whoever reads it.
      expect(lastUsedAt).toEqual(new Date(new Date().toISOString().slice(0, 10)));
    });
  });

  /** An authenticator over a database of one key, whose answers the test sees and sets. */
  async function overStub() {
    const { key, row } = await issueKey(world.database.prisma, { name: 'desk', role: 'EDITOR', expiresAt: null });
    const findUnique = vi.fn(async () => row);
    const updateMany = vi.fn(async () => ({ count: 1 }));
    const warn = vi.fn();
    const prisma = { deskKey: { findUnique, updateMany } } as unknown as PrismaClient;
    return { authenticate: createAuthenticator(prisma, { warn }), findUnique, updateMany, warn, key };
  }
});

describe('the key command', () => {
  async function run(env: NodeJS.ProcessEnv, ...args: string[]) {
    const out: string[] = [];
    const wrong: string[] = [];
    const code = await runKeyCommand(
      args,
      env,
      (line) => out.push(line),
      (line) => wrong.push(line),
    );
    return { code, out, wrong: wrong.join('\n') };
  }

  async function issueListRevoke(env: NodeJS.ProcessEnv, prisma: PrismaClient) {
    const issued = await run(env, 'issue', '--role', 'editor', '--name', 'Night desk', '--expires', '2999-01-01');
    expect(issued).toMatchObject({ code: 0, wrong: '' });
    const [key = '', how] = issued.out;
    expect(how).toBe(
      'The EDITOR key of Night desk, until 2999-01-01. Keep it, it is not shown again; send it in the header “Authorization: Bearer …”.',
    );
    expect(await createAuthenticator(prisma)(key)).toMatchObject({ name: 'Night desk', role: 'EDITOR' });
    const prefix = key.slice(7, 19);
    expect((await run(env, 'list')).out).toEqual([
      expect.stringMatching(
        new RegExp(`^${prefix}  EDITOR    Night desk  \\(valid, until 2999-01-01, issued .*used.*\\)$`),
      ),
    ]);
    expect((await run(env, 'revoke', key)).out).toEqual([`The EDITOR key ${prefix} of Night desk is revoked.`]);
    await expect(createAuthenticator(prisma)(key)).rejects.toThrow(BadKeyError);
    expect((await run(env, 'list')).out).toEqual([expect.stringContaining('(revoked ')]);
    expect(await run(env, 'revoke', '0'.repeat(12))).toMatchObject({
      code: 1,
      wrong: 'prefix: there is no key with the id “000000000000”.',
    });
    expect(await run(env, 'issue', '--role', 'EDITOR', '--name', 'x', '--expires', '2020-01-01')).toMatchObject({
      code: 1,
      wrong: 'expiresAt: is not in the future.',
    });
  }

  it('says how it is used when it is asked for something else', async () => {
    expect(await run({})).toMatchObject({ code: 0, wrong: '' });
    const wrong = [
      ['remove', 'x'],
      ['list', '--role', 'EDITOR'],
      ['revoke'],
      ['issue', '--name', 'x'],
      ['issue', '--role', 'CHIEF', '--name', 'x'],
      ['issue', '--role', 'EDITOR'],
      ['issue', '--role', 'EDITOR', '--name', 'x', '--expires', '2027-02-30'],
      ['issue', '--role', 'EDITOR', '--name', 'x', '--expires', 'tomorrow'],
      ['issue', '--rule', 'EDITOR'],
    ];
    for (const args of wrong) {
      const { code, out, wrong } = await run({}, ...args);
      expect([code, out], args.join(' ')).toEqual([1, []]);
      expect(wrong).toContain('npm run key -- issue');
    }
    expect(await run({ PORT: 'x' }, 'list')).toMatchObject({ code: 1, wrong: expect.stringContaining('PORT') });
  });

  it('works on a PostgreSQL server', async ({ skip }) => {
    const { place, drop } = await freshPlace();
    if (!('url' in place)) return skip();
    try {
      const database = await connect(place);
      await issueListRevoke({ DATABASE_URL: place.url }, database.prisma).finally(() =>
        database[Symbol.asyncDispose](),
      );
    } finally {
      await drop();
    }
  });

  it('works on a data folder that nobody has open, and through the server that has', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-desk-'));
    const env = { DATA_DIR: dataDir };
    const warn = vi.fn();
    try {
      expect(await run(env, 'issue', '--role', 'ADMIN', '--name', 'First')).toMatchObject({
        code: 0,
        out: [expect.stringMatching(/^parley_/), expect.anything()],
      });
      const database = await connect({ dataDir });
      try {
        expect(await database.prisma.deskKey.deleteMany({ where: { name: 'First', role: 'ADMIN' } })).toEqual({
          count: 1,
        });
        expect(await run(env, 'list'), 'while no server listens').toMatchObject({
          code: 1,
          wrong: expect.stringContaining('is in use by process'),
        });

        await writeFile(controlPath(dataDir), 'left by a process that is gone');
        const control = await serveControl(dataDir, database.prisma, { warn, error: warn });
        expect((await stat(controlPath(dataDir))).mode & 0o777).toBe(0o600);
        await issueListRevoke(env, database.prisma);
        await control.stop();
        await expect(stat(controlPath(dataDir))).rejects.toThrow('ENOENT');
      } finally {
        await database[Symbol.asyncDispose]();
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
    expect(warn).not.toHaveBeenCalled();
  }, 90_000);

  it('is done without in a folder that takes no socket', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-desk-'));
    try {
      for (const folder of [join(dataDir, 'x'.repeat(120)), join(dataDir, 'missing')]) {
        const warn = vi.fn();
        const control = await serveControl(folder, world.database.prisma, { warn, error: warn });
        expect(warn).toHaveBeenCalledTimes(1);
        await control.stop();
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
