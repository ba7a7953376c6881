import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ratchet } from '#testing/ratchet-process.ts';
import { startRatchet, type RatchetServer, type RatchetServerOptions } from '#testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';

let folder: string;
const servers: RatchetServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-serve-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: RatchetServerOptions = {}): Promise<RatchetServer> {
  const server = await startRatchet({
    ...options,
    args: ['--sources', 'tests/e2e/crash/tasks', '--data-dir', folder, ...(options.args ?? [])],
  });
  servers.push(server);
  return server;
}

interface Job {
  readonly id: string;
  readonly status: string;
  readonly retryCount: number;
  readonly attempts: number;
}

async function post(server: RatchetServer, path: string, body: unknown = {}): Promise<{ status: number; data: Job }> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, data: ((await response.json()) as { data: Job }).data };
}

const jobOf = async (server: RatchetServer, id: string) =>
  ((await (await fetch(`${server.url}/api/v1/jobs/${id}`)).json()) as { data: Job }).data;
const enqueueSlow = (server: RatchetServer, ms: number, more = {}) =>
  post(server, '/jobs', { taskId: 'crash-slow', input: { ms }, ...more });

it('a stopped server finishes what runs within its grace, and what was queued goes on at the next start', async () => {
  const server = await start();
  const { data: running } = await enqueueSlow(server, 300);
  await expect.poll(async () => (await jobOf(server, running.id)).status).toBe('PROCESSING');
  const { data: later } = await enqueueSlow(server, 1, { delay: '2s' });
  expect(await server.stop()).toBe(0);
  const next = await start();
  expect(await jobOf(next, running.id)).toMatchObject({ status: 'COMPLETED', attempts: 1 });
  await expect.poll(async () => (await jobOf(next, later.id)).status, { timeout: 6_000 }).toBe('COMPLETED');
});

it('what does not end within the grace is given back without burning an attempt', async () => {
  const server = await start({ env: { RATCHET_SERVER_SHUTDOWN_GRACE: '0.2' } });
  const { data: running } = await enqueueSlow(server, 20_000);
  await expect.poll(async () => (await jobOf(server, running.id)).status).toBe('PROCESSING');
  expect(await server.stop()).toBe(0);
  const next = await start();
  expect(await jobOf(next, running.id)).toMatchObject({ retryCount: 0 });
});

it('a job that ran when the server was killed goes on by itself', async () => {
  const server = await start();
  const { data: job } = await enqueueSlow(server, 800);
  await expect.poll(async () => (await jobOf(server, job.id)).status).toBe('PROCESSING');
  await server.kill();
  const next = await start();
  await expect.poll(async () => (await jobOf(next, job.id)).status, { timeout: 10_000 }).toBe('COMPLETED');
  expect((await jobOf(next, job.id)).attempts).toBe(2);
});

it('a second server on the same file is refused, and says who has it', async () => {
  verifies('storage.one-owner');
  const server = await start();
  const { code, stderr } = await ratchet(['serve', '--port', '0', '--data-dir', folder]);
  expect(code).not.toBe(0);
  expect(stderr).toContain('STORAGE_IN_USE');
  expect(stderr).toContain(String(server.pid));
});

it('an address that others can reach is refused without authentication, and taken when somebody insists', async () => {
  const { code, stderr } = await ratchet(['serve', '--port', '0', '--host', '0.0.0.0', '--data-dir', folder]);
  expect(code).not.toBe(0);
  expect(stderr).toContain('EXPOSED_WITHOUT_AUTHENTICATION');
  const server = await start({ args: ['--host', '0.0.0.0', '--insecure'] });
  expect(server.url).toContain('0.0.0.0');
});

it('a database in memory works, and the server says that it forgets', async () => {
  const server = await start({ args: ['--database-url', 'sqlite::memory:'] });
  const { status, data } = await post(server, '/jobs?wait=10s', { taskId: 'crash-quick', input: { number: 7 } });
  expect([status, data.status]).toEqual([201, 'COMPLETED']);
});

it('a paused queue runs nothing until it is resumed, and says why', async () => {
  const server = await start();
  await post(server, '/jobs/pause', { reason: 'for the test' });
  const { data: job } = await post(server, '/jobs', { taskId: 'crash-quick', input: {} });
  const why = (await (await fetch(`${server.url}/api/v1/jobs/${job.id}/why`)).json()) as {
    data: { causes: { kind: string }[]; text: string };
  };
  expect(why.data.causes.map(({ kind }) => kind)).toContain('paused');
  expect(why.data.text).toContain('for the test');
  const { data: urgent } = await post(server, '/jobs?wait=10s', { taskId: 'crash-quick', input: {}, ignoresPause: true });
  expect(urgent.status).toBe('COMPLETED');
  expect((await jobOf(server, job.id)).status).toBe('QUEUED');
  await post(server, '/jobs/resume');
  await expect.poll(async () => (await jobOf(server, job.id)).status).toBe('COMPLETED');
});

it('a running job can be cancelled', async () => {
  const server = await start();
  const { data: job } = await enqueueSlow(server, 20_000);
  await expect.poll(async () => (await jobOf(server, job.id)).status).toBe('PROCESSING');
  await post(server, `/jobs/${job.id}/cancel`);
  await expect.poll(async () => (await jobOf(server, job.id)).status, { timeout: 3_000 }).toBe('CANCELLED');
});
