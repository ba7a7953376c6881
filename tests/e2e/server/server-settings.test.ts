import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/surfaces/client/index.ts';
import { repository } from '../../../src/testing/checkout.ts';
import { ratchet } from '../../../src/testing/ratchet-process.ts';
import { startRatchet, type RatchetServer, type RatchetServerOptions } from '../../../src/testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-server-settings-'));
const servers: RatchetServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(name: string, yaml: string, more: RatchetServerOptions = {}) {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, yaml, { mode: 0o600 });
  const args = ['--config', file, '--data-dir', join(folder, name), ...(more.args ?? [])];
  const server = await startRatchet({ ...more, args });
  servers.push(server);
  const cli = (...line: string[]) => ratchet([...line, '--server', server.url]);
  const rest = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${server.url}/api/v1/system/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as { data?: Record<string, unknown>; error?: Record<string, unknown> } };
  };
  return { server, file, cli, rest };
}

const enqueue = (server: RatchetServer, padding: number) =>
  connect({ url: server.url }).jobs.enqueue({ taskId: 'addition', input: { num1: 1, num2: 2, padding: 'x'.repeat(padding) } });

describe('a running server', () => {
  it('changes a limit at once, on every surface, and tells whoever follows', async () => {
    verifies('config.set');
    const { server, file, cli, rest } = await start('set', '# mine\nserver:\n  job_queue: {max_input_bytes: 100000}\n', {
      args: ['--sources', 'sample/js-tasks/addition'],
    });
    await enqueue(server, 2_000);
    const heard = connect({ url: server.url }).events.follow({ kind: 'settings' })[Symbol.asyncIterator]();
    const first = heard.next();
    const set = await cli('server', 'config', 'set', 'server.job_queue.max_input_bytes', '1KB');
    expect([set.code, JSON.parse(set.stdout)]).toMatchObject([
      0,
      { changed: [{ key: 'server.job_queue.max_input_bytes', from: 100_000, to: 1_024 }], savedTo: null },
    ]);
    await expect(enqueue(server, 2_000)).rejects.toMatchObject({ code: 'JOB_INPUT_TOO_LARGE' });
    expect((await first).value).toMatchObject({
      kind: 'settings.changed',
      data: { details: { keys: ['server.job_queue.max_input_bytes'] } },
    });
    await heard.return?.();

    const shown = await rest('GET', 'settings?key=server.job_queue.');
    expect(shown.body.data).toMatchObject({ file, profile: null });
    expect((shown.body.data!['settings'] as { key: string }[]).find(({ key }) => key.endsWith('max_input_bytes'))).toMatchObject({
      value: 1_024,
      origin: 'running',
      underneath: { value: 100_000, origin: 'file', source: `${file}:3` },
    });
    const graphql = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'mutation { resetServerSettings { changed { key to } } }' }),
    });
    expect(await graphql.json()).toEqual({
      data: { resetServerSettings: { changed: [{ key: 'server.job_queue.max_input_bytes', to: 100_000 }] } },
    });
    await enqueue(server, 2_000);

    expect((await connect({ url: server.url }).settings.change({ values: { 'logging.level': 'debug' }, save: true })).savedTo).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe('# mine\nserver:\n  job_queue: {max_input_bytes: 100000}\nlogging:\n  level: debug\n');
    await rest('GET', 'settings?key=logging.');
    expect(server.stderr()).toMatch(/settings were changed while the server runs by=local/);
    expect(server.stderr()).toMatch(/debug called operation=settings.list/);
  }, 90_000);

  it('refuses what it does not know, what needs a restart, and what callers may not decide, and says what to do', async () => {
    verifies('config.set-closed');
    const { cli, rest } = await start('refused', 'http: {proxy: "http://me:hunter2@127.0.0.1:9"}\n');
    const unknown = await cli('server', 'config', 'set', 'http.timeuot', '5');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean http.timeout?')]);
    const wrong = await cli('server', 'config', 'set', 'logging.level', 'loud');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/"loud"[^]*accepts: trace, debug, info/)]);
    const restart = await cli('server', 'config', 'set', 'server.port', '9000');
    expect([restart.code, restart.stderr]).toEqual([
      2,
      expect.stringMatching(/takes effect when the server starts[^]*RATCHET_SERVER_PORT/),
    ]);
    expect(await rest('PATCH', 'settings', { values: { 'engine.isolation': 'warm' } })).toMatchObject({
      status: 403,
      body: { error: { code: 'SETTING_CLOSED', message: expect.stringContaining('a wall of the sandbox') } },
    });
    expect(await rest('PATCH', 'settings', { values: {} })).toMatchObject({ status: 400, body: { error: { code: 'REQUEST_INVALID' } } });
    expect((await cli('server', 'config', 'set')).stderr).toContain('which setting');
    const all = await rest('GET', 'settings');
    expect(JSON.stringify(all.body)).not.toContain('hunter2');
    expect(JSON.stringify(all.body)).toContain('"********"');
  }, 90_000);

  it('reads its file again when it is told to, and says what became of it', async () => {
    verifies('config.reload');
    verifies('config.reload-refused');
    const { server, file, cli } = await start('reload', 'server: {reload_on_change: false}\nhttp: {timeout: 10}\n');
    await cli('server', 'config', 'set', 'http.max_redirects', '1');
    writeFileSync(file, 'server: {reload_on_change: false, port: 1}\nhttp: {timeout: 20, max_redirects: 7}\n');
    const reloaded = await cli('server', 'reload');
    expect([reloaded.code, JSON.parse(reloaded.stdout)]).toMatchObject([
      0,
      {
        file,
        changed: [{ key: 'http.timeout', from: 10, to: 20 }],
        // The flag of this server says the port, whatever the file says.
        needRestart: [],
        kept: [{ key: 'http.max_redirects', from: 1, to: 7 }],
      },
    ]);
    writeFileSync(file, 'http:\n  timout: 5\n');
    const broken = await cli('server', 'reload');
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringMatching(/is not taken over[^]*:2 {2}http\.timout {2}is not a setting/)]);
    const shown = await cli('server', 'config', 'get', 'http.timeout');
    expect(JSON.parse(shown.stdout)).toMatchObject({ settings: [{ value: 20, origin: 'file' }] });
    expect(server.stderr()).toContain('not taken over');
  }, 90_000);
});

describe('a security audit', () => {
  const ids = (stdout: string) => (JSON.parse(stdout) as { findings: { id: string }[] }).findings.map(({ id }) => id);

  it('says what it finds, and ends with 1 where that weighs enough', async () => {
    verifies('security.audit');
    const tasks = join(folder, 'tasks');
    mkdirSync(tasks);
    for (const name of ['addition', 'weather-api'])
      cpSync(join(repository, 'sample/js-tasks', name), join(tasks, name), { recursive: true });
    const { file, cli } = await start(
      'weak',
      'server: {cors: {allowed_origins: ["*"]}, allowed_hosts: ["*"]}\nhttp: {verify_ssl: false, allowed_addresses: [127.0.0.0/8], proxy: "http://me:hunter2@127.0.0.1:9"}\n' +
        'engine: {confinement: none}\nretention: {enabled: false}\nexecutions: {keep_recordings: all}\nregistry: {added_sources: anywhere}\n' +
        'network: {trust_task_lists: true}\nmcp:\n  authentication: {method: api_key, api_keys: [{key: 0123456789abcdef, name: desk}]}\n',
      { args: ['--insecure', '--sources', tasks] },
    );
    chmodSync(file, 0o644);
    // The folder of a test is its own; a file in it is out of reach of others until it is opened.
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'weak'), 0o755);
    chmodSync(join(folder, 'weak', 'ratchet.db'), 0o644);
    const weak = await cli('security', 'audit');
    expect(weak.code).toBe(1);
    expect(ids(weak.stdout)).toEqual(
      expect.arrayContaining([
        'cors-every-origin',
        'every-host-name',
        'certificates-unchecked',
        'private-addresses-open',
        'workers-unconfined',
        'nothing-removed',
        'everything-recorded',
        'sources-from-anywhere',
        'task-lists-trusted',
        'secrets-readable',
        'database-readable',
        'insecure-flag',
        'no-authentication',
        'mcp-unlimited-keys',
        'mcp-endless-keys',
        'tasks-without-list',
      ]),
    );
    expect(weak.stdout).not.toContain('hunter2');
    expect(weak.stdout).not.toContain('0123456789abcdef');
    expect((await cli('security', 'audit', '--fail-on', 'never')).code).toBe(0);
    const grave = await cli('security', 'audit', '--least-severity', 'high', '--fail-on', 'critical');
    expect([grave.code, ids(grave.stdout)]).toEqual([0, expect.not.arrayContaining(['nothing-removed'])]);

    // What is corrected while it runs is gone from the next audit.
    await cli('server', 'config', 'set', 'retention.enabled', 'true');
    chmodSync(file, 0o600);
    const better = ids((await cli('security', 'audit')).stdout);
    expect(better).toContain('secrets-in-file');
    expect(better).not.toContain('secrets-readable');
    expect(better).not.toContain('nothing-removed');
  }, 90_000);

  it('finds nothing grave in a server as it comes', async () => {
    verifies('security.audit');
    const { cli } = await start('sound', 'tasks: {require_network_approval: true}\nmcp: {enabled: false}\n');
    const { code, stdout } = await cli('security', 'audit', '--least-severity', 'low');
    // Whether bubblewrap works and who runs the test is of the machine.
    expect([code, ids(stdout).filter((id) => id !== 'workers-unconfined' && id !== 'runs-as-root')]).toEqual([0, ['no-authentication']]);
    expect(statSync(join(folder, 'sound', 'ratchet.db')).mode & 0o077).toBe(0);
  }, 90_000);

  it('calls a server critical that others reach and that asks nobody', async () => {
    verifies('security.audit');
    const { cli } = await start('open', 'mcp: {port: 0, host: 0.0.0.0}\n', { args: ['--insecure'] });
    const found = JSON.parse((await cli('security', 'audit')).stdout) as { worst: string; findings: { id: string; setting: string }[] };
    expect(found.worst).toBe('critical');
    expect(found.findings.find(({ id }) => id === 'open-to-network')).toMatchObject({ setting: 'mcp.host' });
  }, 90_000);
});
