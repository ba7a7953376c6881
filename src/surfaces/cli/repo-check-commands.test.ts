import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { repository } from '../../testing/checkout.ts';
import { below, makeRepository, taskFiles } from '../../testing/git-repository.ts';
import { ratchet } from '../../testing/ratchet-process.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-check-'));
  env = { RATCHET_STORAGE_DATA_FOLDER: join(folder, 'data') };
  makeRepository(folder, 'team').commit({ ...below('tasks/add', taskFiles('add')), ...below('tasks/sub', taskFiles('sub', '2.0.0')) });
  mkdirSync(join(folder, 'some'));
  for (const name of ['addition', 'invalid'])
    cpSync(join(repository, 'sample/js-tasks', name), join(folder, 'some', name), { recursive: true });
  const sources = [
    { name: 'team', uri: join(folder, 'team.git'), source_type: 'git', subdirectory: 'tasks' },
    { name: 'some', uri: join(folder, 'some'), writable: true },
    { name: 'lost', uri: join(folder, 'lost.git'), source_type: 'git' },
    { name: 'off', uri: join(folder, 'off'), enabled: false },
  ];
  writeFileSync(join(folder, 'all.yaml'), JSON.stringify({ registry: { sources } }));
  writeFileSync(join(folder, 'team.yaml'), JSON.stringify({ registry: { sources: sources.slice(0, 1) } }));
  writeFileSync(join(folder, 'none.yaml'), 'logging:\n  level: info\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (line: string, config = 'all.yaml') => ratchet([...line.split(' '), '--config', join(folder, config)], { env, cwd: folder });

describe('ratchet repo status', () => {
  it('says of every source how it is, for people, programs and scripts', async () => {
    const { code, stdout } = await run('repo status --format json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      repositories: [
        {
          name: 'team',
          source_type: 'git',
          uri: expect.stringMatching(/team\.git$/),
          enabled: true,
          sync_state: 'synced',
          last_checked: time,
          health_status: 'healthy',
          tasks_count: 2,
        },
        {
          name: 'some',
          source_type: 'filesystem',
          uri: expect.stringMatching(/some$/),
          enabled: true,
          sync_state: 'synced',
          last_checked: time,
          health_status: 'healthy',
          tasks_count: 2,
        },
        {
          name: 'lost',
          source_type: 'git',
          uri: expect.stringMatching(/lost\.git$/),
          enabled: true,
          sync_state: 'failed',
          last_checked: time,
          health_status: 'unhealthy',
          error: expect.stringContaining('lost.git'),
        },
        {
          name: 'off',
          source_type: 'filesystem',
          uri: expect.stringMatching(/off$/),
          enabled: false,
          sync_state: 'disabled',
          last_checked: null,
          health_status: 'unknown',
        },
      ],
      total_repositories: 4,
      active_repositories: 3,
      healthy_repositories: 2,
    });
    const yaml = parse((await run('repo status --repository team --detailed --format yaml')).stdout) as { repositories: unknown[] };
    expect(yaml.repositories).toMatchObject([{ name: 'team', revision: expect.stringMatching(/^[0-9a-f]{40}$/), problems: [] }]);
    expect((await run('repo status', 'team.yaml')).stdout).toMatch(
      /^📋 Repository Status Report\n\nteam\n {2}Type: +git\n {2}URI: +file:\S+\n {2}Enabled: +yes\n {2}State: +synced\n {2}Health: +healthy\n {2}Tasks: +2\n {2}Checked: +\S+\n\nTotal: 1, active: 1, healthy: 1\n$/,
    );
  });

  it('refuses a format and a source that nobody knows', async () => {
    expect(await run('repo status --format xml')).toMatchObject({ code: 2, stderr: expect.stringContaining('table, json, yaml') });
    expect(await run('repo status --repository nobody')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it names team, some, lost, off'),
    });
  });
});

describe('ratchet repo verify', () => {
  it('fetches every source, checks every task, and ends with 1 where one cannot be used', async () => {
    verifies('repositories.verify');
    const { code, stdout } = await run('repo verify --format json');
    expect(code).toBe(1);
    const { repositories, ...sums } = JSON.parse(stdout) as { repositories: Record<string, unknown>[] };
    expect(sums).toEqual({ total_repositories: 4, usable_repositories: 1 });
    expect(repositories[0]).toEqual({
      name: 'team',
      source_type: 'git',
      uri: expect.stringMatching(/team\.git$/),
      enabled: true,
      accessible: true,
      readable: true,
      correctly_configured: true,
      usable: true,
      verification_time: time,
      tasks: [
        { name: 'add', version: '1.0.0', description: 'the task add', tags: [], path: 'add' },
        { name: 'sub', version: '2.0.0', description: 'the task sub', tags: [], path: 'sub' },
      ],
      issues: [],
      warnings: [],
    });
    expect(repositories[1]).toMatchObject({
      accessible: true,
      readable: true,
      usable: false,
      tasks: [{ name: 'addition', tags: ['arithmetic'], path: 'addition' }],
      issues: [expect.stringMatching(/^invalid: .*metadata\.json:\d+/)],
      warnings: [expect.stringContaining('only Git repositories take commits')],
    });
    expect(repositories[2]).toMatchObject({
      accessible: false,
      readable: false,
      correctly_configured: true,
      usable: false,
      error_message: expect.stringContaining('lost.git'),
    });
    expect(repositories[3]).toMatchObject({ enabled: false, accessible: null, usable: null });
  });

  it('names the tasks on request, and ends with 0 where everything can be used', async () => {
    const { code, stdout, stderr } = await run('repo verify --list-tasks', 'team.yaml');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^📋 Repository Verification Report\n\n✅ team\n/);
    expect(stdout).toMatch(/\n {2}Tasks: +2\n {4}add 1\.0\.0 {2}add\n {4}sub 2\.0\.0 {2}sub\n\nTotal: 1, usable: 1\n$/);
  });

  it('looks only at what is on this machine when it is told to stay offline', async () => {
    const { repositories } = JSON.parse((await run('repo verify --offline --format json')).stdout) as {
      repositories: { name: string; accessible: boolean | null }[];
    };
    expect(repositories.map(({ name, accessible }) => [name, accessible])).toEqual([
      ['team', null],
      ['some', true],
      ['lost', null],
      ['off', null],
    ]);
  });

  it('says that there is no registry configuration', async () => {
    for (const words of ['repo verify', 'repo status']) {
      const { code, stdout, stderr } = await run(words, 'none.yaml');
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^❌ No registry configuration found\n/);
    }
  });

  it('says where the index of a task repository is not what is in it', async () => {
    const root = join(folder, 'own');
    await ratchet(['repo', 'init', root]);
    cpSync(join(repository, 'sample/js-tasks/addition'), join(root, 'tasks/addition'), { recursive: true });
    writeFileSync(join(folder, 'own.yaml'), JSON.stringify({ registry: { sources: [{ name: 'own', uri: root }] } }));
    const warnings = async () =>
      (JSON.parse((await run('repo verify --format json', 'own.yaml')).stdout) as { repositories: [{ warnings: string[] }] })
        .repositories[0].warnings;
    expect(await warnings()).toEqual([expect.stringContaining('tasks/addition')]);
    await ratchet(['repo', 'refresh-metadata', root]);
    expect(await warnings()).toEqual([]);
  });

  it('reads a task repository that lies on any web server, and notices what is not what its index says', async () => {
    const root = join(folder, 'web');
    await ratchet(['repo', 'init', root]);
    cpSync(join(repository, 'sample/js-tasks/addition'), join(root, 'tasks/addition'), { recursive: true });
    await ratchet(['repo', 'refresh-metadata', root]);
    const server = createServer((request, response) => {
      const file = join(root, decodeURIComponent(new URL(request.url!, 'http://server').pathname));
      if (existsSync(file) && statSync(file).isFile()) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    writeFileSync(join(folder, 'web.yaml'), JSON.stringify({ registry: { sources: [{ name: 'web', uri }] } }));
    try {
      const { code, stdout } = await run('repo verify --list-tasks', 'web.yaml');
      expect([code, stdout]).toEqual([0, expect.stringMatching(/✅ web\n[^]*addition 1\.0\.0 {2}tasks\/addition/)]);
      appendFileSync(join(root, 'tasks/addition/main.js'), '// changed on the way\n');
      rmSync(join(folder, 'data'), { recursive: true });
      const changed = await run('repo verify --format json', 'web.yaml');
      expect(changed.code).toBe(1);
      expect(changed.stdout).toMatch(/checksum/);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
