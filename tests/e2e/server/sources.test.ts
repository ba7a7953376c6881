import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, type TestContext } from 'vitest';
import { startGitHttpServer } from '#testing/git-http-server.ts';
import { below, makeRepository, taskFiles } from '#testing/git-repository.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { hasPostgres, temporaryPostgres, temporarySqlite, type TemporaryDatabase } from '#testing/temporary-database.ts';
import { verifies } from '../../requirements/verifies.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-sources-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function started(args: readonly string[]): Promise<RatchetServer> {
  const server = await startRatchet({ args });
  closers.push(() => server.kill());
  return server;
}

const uuidOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

function writeTask(folder: string, name: string, version: string, uuid: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'metadata.json'), JSON.stringify({ uuid: uuidOf(uuid), name, version }));
  writeFileSync(join(folder, 'main.js'), `() => ({ version: '${version}' })`);
}

async function ask(server: RatchetServer, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> & { data: never; error: never } };
}

describe('a server with sources', () => {
  it('takes them from its configuration, serves what is saved there, and runs the version that is asked for', async () => {
    verifies('sources.watched');
    verifies('sources.versions');
    verifies('sources.pinned');
    const folder = newFolder();
    const tasks = join(folder, 'tasks');
    writeTask(join(tasks, 'v1'), 'sum', '1.0.0', 1);
    writeFileSync(
      join(folder, 'ratchet.yaml'),
      `registry:\n  watch_debounce_ms: 50\n  sources:\n    - name: local-tasks\n      uri: "file://${tasks}"\n      config:\n        watch_for_changes: true\n`,
    );
    const server = await started(['--data-dir', join(folder, 'data'), '--config', join(folder, 'ratchet.yaml')]);
    const { body } = await ask(server, 'GET', '/repositories?_start=0&_end=10&repository_type=filesystem');
    expect(body.data).toMatchObject([{ name: 'local-tasks', origin: 'CONFIG', syncStatus: 'SYNCED', watch: true, taskCount: 1 }]);
    const versionRun = async (ref: string) => {
      const answer = await ask(server, 'POST', `/tasks/${encodeURIComponent(ref)}/execute`, { input: {} });
      return (
        (answer.body.data as { output?: { version: string } } | undefined)?.output?.version ?? (answer.body.error as { code: string }).code
      );
    };
    expect(await versionRun('sum')).toBe('1.0.0');
    await expect
      .poll(
        async () => {
          // Written until it is seen: the watching may begin a moment after the server is ready.
          writeTask(join(tasks, 'v2'), 'sum', '1.10.0', 1);
          return versionRun('sum');
        },
        { timeout: 15_000, interval: 300 },
      )
      .toBe('1.10.0');
    expect(await versionRun('sum@1.0.0')).toBe('1.0.0');
    expect(await versionRun('sum@2.0.0')).toBe('JOB_VERSION_UNKNOWN');
    const { body: job } = await ask(server, 'POST', '/jobs', { task_id: 'sum@1.0.0', input_data: {} });
    expect(job.data).toMatchObject({ taskVersion: '1.0.0' });

    verifies('sources.version-off');
    expect((await ask(server, 'POST', '/tasks/sum/versions/1.10.0/disable')).body).toMatchObject({
      success: true,
      data: { version: '1.0.0', availableVersions: ['1.0.0'], disabledVersions: ['1.10.0'] },
    });
    expect(await versionRun('sum')).toBe('1.0.0');
    expect((await ask(server, 'POST', '/jobs', { taskId: 'sum@1.10.0' })).body.error).toMatchObject({ code: 'JOB_VERSION_DISABLED' });
    const { body: shown } = await ask(server, 'GET', '/tasks/sum');
    expect(shown.data).toMatchObject({
      registrySource: true,
      inSync: true,
      repositoryInfo: { repositoryName: 'local-tasks', repositoryType: 'FILESYSTEM', repositoryPath: 'v2' },
    });

    verifies('sources.unreachable');
    renameSync(tasks, `${tasks}-away`);
    expect((await ask(server, 'POST', '/repositories/local-tasks/sync')).body.data).toMatchObject({
      success: false,
      error: { code: 'SOURCE_UNREACHABLE' },
    });
    const health = (await (await fetch(`${server.url}/health`)).json()) as { status: string; checks: Record<string, unknown> };
    expect(health).toMatchObject({ status: 'degraded', checks: { sources: { message: 'cannot be read: local-tasks' } } });
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('ratchet_sources{status="failed"} 1');
    expect(await versionRun('sum')).toBe('1.0.0');
    expect(await server.stop()).toBe(0);
    const again = await started(['--data-dir', join(folder, 'data'), '--config', join(folder, 'ratchet.yaml')]);
    expect((await ask(again, 'GET', '/tasks/sum')).body.data).toMatchObject({ version: '1.0.0', disabledVersions: ['1.10.0'] });
  });

  it('follows a Git repository over HTTP with a credential, and never shows it', async () => {
    verifies('sources.git');
    verifies('sources.secrets');
    const folder = newFolder();
    const repository = makeRepository(folder);
    repository.commit(below('tasks/addition', taskFiles('addition')));
    const git = await startGitHttpServer({ root: folder, credentials: { username: 'ada', password: 'paSs-w0rd-of-ada' } });
    closers.push(() => git.close());
    writeFileSync(
      join(folder, 'ratchet.yaml'),
      `registry:\n  auth:\n    team: { type: basic, username: ada, password: paSs-w0rd-of-ada }\n  sources:\n    - name: team\n      uri: "${git.url}/tasks.git"\n      source_type: git\n      polling_interval: 1\n      auth_name: team\n      config:\n        git: { branch: main, subdirectory: tasks }\n`,
    );
    const server = await started(['--data-dir', join(folder, 'data'), '--config', join(folder, 'ratchet.yaml')]);
    expect((await ask(server, 'GET', '/tasks/addition')).body.data).toMatchObject({ version: '1.0.0' });
    const head = repository.commit(below('tasks/addition', taskFiles('addition', '1.1.0')));
    await expect
      .poll(async () => (await ask(server, 'GET', '/tasks/addition')).body.data, { timeout: 20_000, interval: 200 })
      .toMatchObject({ version: '1.1.0', repositoryInfo: { commit: head, repositoryType: 'GIT', branch: 'main' } });
    const all = [
      server.stderr(),
      ...(await Promise.all(['/repositories', '/tasks/addition'].map(async (path) => JSON.stringify(await ask(server, 'GET', path))))),
    ];
    expect(all.join('\n')).not.toContain('paSs-w0rd-of-ada');
  });

  it('starts although a source hangs, serves the others, and ends at once when it is asked to', async () => {
    const folder = newFolder();
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      silent.closeAllConnections();
      silent.close();
    });
    writeTask(join(folder, 'one'), 'one', '1.0.0', 1);
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const sources = [join(folder, 'one'), `${address}/tasks.git`, `${address}/tasks.zip`].flatMap((source) => ['--sources', source]);
    const server = await started(['--data-dir', join(folder, 'data'), ...sources]);
    expect(server.readyMs).toBeLessThan(18_000);
    const { body } = await ask(server, 'GET', '/repositories');
    expect((body.data as { name: string; syncStatus: string }[]).map(({ name, syncStatus }) => `${name} ${syncStatus}`)).toEqual([
      'one SYNCED',
      'tasks PENDING',
      'tasks-2 PENDING',
    ]);
    expect((await ask(server, 'GET', '/tasks/one')).status).toBe(200);
    const began = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  describe.concurrent('that is killed in the middle of a sync', async () => {
    const total = 200;
    const survives = async (place: TemporaryDatabase, { expect: expectHere }: TestContext) => {
      const folder = mkdtempSync(join(tmpdir(), 'ratchet-sources-'));
      const args = ['--data-dir', join(folder, 'data'), '--database-url', place.url, '--sources', join(folder, 'tasks')];
      mkdirSync(join(folder, 'tasks'));
      let server = await startRatchet({ args });
      try {
        for (let number = 1; number <= total; number++) writeTask(join(folder, 'tasks', `t${number}`), `t${number}`, '1.0.0', number);
        const count = async () => {
          const { body } = await ask(server, 'GET', '/tasks/stats');
          return (body as unknown as { stats: { registryTasks: number } }).stats.registryTasks;
        };
        const syncing = ask(server, 'POST', '/tasks/sync').catch(() => null);
        await expectHere.poll(count, { timeout: 20_000, interval: 2 }).toBeGreaterThan(0);
        await server.kill();
        await syncing;
        server = await startRatchet({ args, patienceMs: 40_000 });
        await expectHere.poll(count, { timeout: 40_000, interval: 100 }).toBe(total);
        const { body } = await ask(server, 'GET', '/repositories');
        expectHere(body.data).toMatchObject([{ taskCount: total, problems: [] }]);
        const { body: versions } = await ask(server, 'GET', `/tasks/t${total}/versions`);
        expectHere((versions.data as { versions: unknown[] }).versions).toHaveLength(1);
        expectHere((await ask(server, 'POST', '/tasks/sync')).body.data).toMatchObject({ added: [], updated: [], removed: [], errors: [] });
      } finally {
        await server.kill();
        await place.remove();
        rmSync(folder, { recursive: true, force: true });
      }
    };
    it('has all tasks once after the next start, on SQLite', (context) => survives(temporarySqlite(), context), 90_000);
    it.skipIf(!(await hasPostgres()))(
      'has all tasks once after the next start, on PostgreSQL',
      (context) => survives(temporaryPostgres(), context),
      90_000,
    );
  });
});
