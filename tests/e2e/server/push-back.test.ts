import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { below, git, makeRepository, taskFiles, type TestRepository } from '#testing/git-repository.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { ratchet } from '#testing/ratchet-process.ts';
import { verifies } from '../../requirements/verifies.ts';

let folder = '';
let server: RatchetServer | null = null;
afterEach(async () => {
  await server?.kill();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

describe('tasks of a Git source that are changed on a server', () => {
  const begin = (): { repository: TestRepository; start: () => Promise<RatchetServer> } => {
    folder = mkdtempSync(join(tmpdir(), 'ratchet-push-back-'));
    const repository = makeRepository(folder);
    repository.commit(below('tasks/add', taskFiles('add')));
    const config = join(folder, 'ratchet.yaml');
    writeFileSync(
      config,
      `registry:\n  sources:\n    - {name: team, uri: ${JSON.stringify(repository.bare)}, source_type: git, subdirectory: tasks, writable: true}\n`,
    );
    return {
      repository,
      start: async () => (server = await startRatchet({ args: ['--config', config, '--data-dir', join(folder, 'data')] })),
    };
  };
  const log = ({ bare }: TestRepository) => git(['log', '--format=%s', 'main'], { cwd: bare }).split('\n');

  it('are committed from the command line, and seen by everybody', async () => {
    verifies('repositories.push');
    const { repository, start } = begin();
    const { url } = await start();
    const run = (...line: string[]) => ratchet([...line, '--server', url]);
    expect(JSON.parse((await run('task', 'update', 'add', '--description', 'Adds well')).stdout)).toMatchObject({
      version: '1.0.1',
      syncStatus: 'MODIFIED',
      needsPush: true,
      isEditable: true,
    });
    expect(JSON.parse((await run('task', 'modified')).stdout)).toMatchObject({
      tasks: [{ taskName: 'add', syncStatus: 'MODIFIED', repositoryName: 'team' }],
    });
    const dry = JSON.parse((await run('task', 'push', 'add', '--dry-run')).stdout);
    expect(dry).toMatchObject({
      isDryRun: true,
      outcome: 'COMMITTED',
      commitHash: null,
      diff: expect.stringContaining('+  "description": "Adds well"'),
    });
    expect(log(repository)).toHaveLength(1);
    const pushed = JSON.parse((await run('repo', 'push', 'team')).stdout);
    const head = git(['rev-parse', 'main'], { cwd: repository.bare });
    expect(pushed).toMatchObject({
      pushed: 1,
      failed: 0,
      remaining: 0,
      results: [{ success: true, commitHash: head, repositoryPath: 'tasks/add', branch: 'main' }],
    });
    expect(log(repository)[0]).toBe('Change add to 1.0.1');
    expect(JSON.parse((await run('task', 'show', 'add')).stdout)).toMatchObject({ syncStatus: 'SYNCED', needsPush: false });
    expect(JSON.parse((await run('repo', 'status', '--format', 'json', '--detailed')).stdout)).toMatchObject({
      repositories: [
        { name: 'team', source_type: 'git', sync_state: 'synced', health_status: 'healthy', tasks_count: 1, revision: head, problems: [] },
      ],
      total_repositories: 1,
      active_repositories: 1,
      healthy_repositories: 1,
    });
    expect((await run('repo', 'verify', '--list-tasks')).stdout).toMatch(
      /✅ team\n[^]* {2}Tasks: +1\n {4}add 1\.0\.1 {2}add\n[^]*Total: 1, usable: 1\n$/,
    );
    // Somebody else changes it, and so does a caller.
    repository.git('pull', '--quiet', 'origin', 'main');
    repository.commit(below('tasks/add', taskFiles('add', '1.5.0')));
    await run('task', 'update', 'add', '--description', 'Adds better');
    const conflict = await run('task', 'push', 'add');
    expect(conflict).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/TASK_PUSH_CONFLICT/) });
    expect(conflict.stderr).toContain('holds version 1.5.0 there, which is not what was changed here; here it is version 1.0.2');
    expect(await run('repo', 'push', 'team')).toMatchObject({ code: 1 });
    expect(JSON.parse((await run('task', 'push', 'add', '--resolution', 'take_remote')).stdout)).toMatchObject({ outcome: 'TOOK_REMOTE' });
    expect(JSON.parse((await run('task', 'show', 'add')).stdout)).toMatchObject({ version: '1.5.0', syncStatus: 'SYNCED' });
    expect(await run('task', 'push', 'nobody')).toMatchObject({ code: 3, stderr: expect.stringContaining('TASK_NOT_FOUND') });
  });

  it('are committed once where the server is killed in the middle of the push', async () => {
    verifies('repositories.push-once');
    const { repository, start } = begin();
    const mark = join(folder, 'received');
    mkdirSync(join(repository.bare, 'hooks'), { recursive: true });
    const hook = join(repository.bare, 'hooks', 'post-receive');
    // The commit is in the source, and the server does not know it yet.
    writeFileSync(hook, `#!/bin/sh\ntouch '${mark}'\nwhile [ ! -e '${mark}.go' ]; do sleep 0.05; done\n`);
    chmodSync(hook, 0o755);
    const first = await start();
    const update = await ratchet(['task', 'update', 'add', '--description', 'Adds well', '--server', first.url]);
    expect(update.code).toBe(0);
    const lost = ratchet(['task', 'push', 'add', '--server', first.url]);
    await vi.waitFor(() => expect(existsSync(mark)).toBe(true), { timeout: 15_000 });
    await first.kill();
    writeFileSync(`${mark}.go`, '');
    expect((await lost).code).not.toBe(0);
    const second = await start();
    const again = JSON.parse((await ratchet(['task', 'push', 'add', '--server', second.url])).stdout);
    expect(again).toMatchObject({ outcome: 'UNCHANGED', success: true });
    expect(log(repository)).toEqual(['Change add to 1.0.1', 'a change']);
    expect(JSON.parse((await ratchet(['task', 'show', 'add', '--server', second.url])).stdout)).toMatchObject({
      version: '1.0.1',
      syncStatus: 'SYNCED',
    });
    expect(readdirSync(join(folder, 'data', 'sources', 'pushes'))).toEqual([]);
  });
});
