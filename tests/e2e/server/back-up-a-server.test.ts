import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connect } from '#surfaces/client/index.ts';
import { ratchet } from '#testing/ratchet-process.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';

let folder: string;
const servers: RatchetServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-e2e-backups-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<RatchetServer> {
  const server = await startRatchet({ args: ['--sources', 'sample/js-tasks', '--data-dir', join(folder, 'data')], patienceMs: 60_000 });
  servers.push(server);
  return server;
}

const at = (server: RatchetServer) => connect({ url: server.url, timeoutMs: 60_000 });
const making = () => {
  const backups = join(folder, 'data/backups');
  return existsSync(backups) ? readdirSync(backups).filter((name) => name.includes('making')) : [];
};

it('a person backs up, downloads, dumps and restores from the command line and the console', { timeout: 180_000 }, async () => {
  const server = await start();
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await ratchet(args, { env: { RATCHET_SERVER: server.url }, cwd: folder });
    expect([args, code, stderr]).toEqual([args, 0, '']);
    return JSON.parse(stdout) as { readonly name: string; readonly sha256: string };
  };
  await at(server).jobs.enqueue({ taskId: 'addition', input: { num1: 1, num2: 2 } });
  const { name, sha256 } = await run('server', 'backup', 'create', 'monday');
  const lines = `server backup list --format json\nserver backup restore ${name} --dry-run\nserver workers scale 1\ndb dump all.jsonl\n`;
  const said = await ratchet(['console', '--connect', server.url], { cwd: folder, env: { HOME: folder }, stdin: lines });
  expect([said.code, said.stderr]).toEqual([0, '']);
  for (const words of [`"name":"${name}"`, '"jobsForgotten"', '"configured"', 'all.jsonl'])
    expect(said.stdout.replaceAll(/\s/g, '')).toContain(words);

  await run('server', 'backup', 'download', name, 'monday.db');
  const copy = new DatabaseSync(join(folder, 'monday.db'), { readOnly: true });
  expect(copy.prepare('SELECT count(*) AS n FROM jobs').get()).toEqual({ n: 1 });
  copy.close();
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  const again = await ratchet(['server', 'backup', 'download', name, 'monday.db'], { env: { RATCHET_SERVER: server.url }, cwd: folder });
  expect([again.code, again.stderr]).toEqual([8, expect.stringContaining('DOWNLOAD_FAILED')]);
  expect(readdirSync(folder).toSorted()).toEqual(['all.jsonl', 'data', 'monday.db']);

  const dumped = readFileSync(join(folder, 'all.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(dumped[0]).toMatchObject({ dump: 'ratchet', format: 1, dialect: 'sqlite' });
  expect(dumped.filter(({ table }) => table === 'jobs')).toMatchObject([{ row: { id: 1, task_id: expect.any(Number) as number } }]);
  expect(dumped.at(-1)).toMatchObject({ end: true, rows: { jobs: 1 } });

  await at(server).jobs.enqueue({ taskId: 'addition', input: { num1: 3, num2: 4 } });
  const refused = await ratchet(['server', 'backup', 'restore', name], { env: { RATCHET_SERVER: server.url }, cwd: folder });
  expect(refused.stderr).toContain('RESTORE_NOT_CONFIRMED');
  expect(await run('server', 'backup', 'restore', name, '--confirm', name)).toMatchObject({ isStaged: true, effect: { jobsForgotten: 1 } });
  expect(await (await fetch(`${server.url}/health`)).text()).toContain(`will be replaced by the backup ${name}`);
  await server.kill();
  const second = await start();
  expect((await at(second).jobs.list({})).items.map(({ id }) => id)).toEqual(['1']);
  expect(second.stderr()).toContain('what was there before is now');
});

it(
  'a server that is killed while it makes a backup leaves none, and the next start has a whole database and no leftovers',
  { timeout: 120_000 },
  async () => {
    const server = await start();
    await at(server).jobs.enqueue({ taskId: 'addition', input: { num1: 1, num2: 2 } });
    const { state } = await at(server).backups.create({ waitMs: 0 });
    expect(state).toBe('MAKING');
    await server.kill();
    const second = await start();
    expect((await at(second).backups.list({})).items).toEqual([]);
    // The process that copied may have been between two steps: it ends by itself, and the next backup finds nothing of it.
    const made = await at(second).backups.create({ waitMs: 60_000 });
    expect(made).toMatchObject({ state: 'GOOD', rows: { jobs: 1 } });
    expect(making()).toEqual([]);
  },
);

it('scaling 2 to 4 to 1 while 500 jobs are run runs each of them once', { timeout: 180_000 }, async () => {
  const server = await startRatchet({
    args: ['--sources', 'sample/js-tasks', '--data-dir', join(folder, 'data')],
    env: { RATCHET_ENGINE_WORKERS: '2' },
    patienceMs: 60_000,
  });
  servers.push(server);
  const client = at(server);
  const count = 500;
  const queued = (async () => {
    const ids: string[] = [];
    for (let from = 0; from < count; from += 50)
      ids.push(
        ...(
          await Promise.all(
            Array.from({ length: 50 }, (_one, n) => client.jobs.enqueue({ taskId: 'addition', input: { num1: from, num2: n } })),
          )
        ).map(({ id }) => id),
      );
    return ids;
  })();
  queued.catch(() => {});
  const ended = async () => (await client.executions.stats({})).totalExecutions;
  await expect.poll(ended, { timeout: 60_000 }).toBeGreaterThan(20);
  expect(await client.workers.scale({ count: 4 })).toMatchObject({
    before: { most: 2 },
    after: { most: 4 },
    isChanged: true,
    configured: 2,
    setting: 'engine.workers',
  });
  expect((await client.workers.list({})).items.length).toBeGreaterThanOrEqual(4);
  await expect.poll(ended, { timeout: 60_000 }).toBeGreaterThan(150);
  expect(await client.workers.scale({ count: 1 })).toMatchObject({ before: { most: 4 }, after: { most: 1 } });
  expect(await client.workers.scale({ count: 1 })).toMatchObject({ isChanged: false });
  await expect(client.workers.scale({ count: 0 })).rejects.toMatchObject({ code: 'WORKER_COUNT_REFUSED', data: { count: 0, least: 1 } });
  const ids = await queued;
  const stats = async () => (await client.jobs.stats({})).completedJobs;
  await expect.poll(stats, { timeout: 120_000 }).toBe(count);
  expect(new Set(ids).size).toBe(count);
  // One execution for each job: none was ended under way, and no attempt was used up.
  expect(await ended()).toBe(count);
  await expect.poll(async () => (await client.workers.list({})).items.length, { timeout: 30_000 }).toBeLessThanOrEqual(2);
  expect(await client.workers.stats({})).toMatchObject({ mostWorkers: 1, configuredWorkers: 2, restarts: 0 });
});
