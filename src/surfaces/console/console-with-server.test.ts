import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ratchet, type RatchetEnd } from '../../testing/ratchet-process.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { startRatchet, type RatchetServer } from '../../testing/ratchet-server.ts';
import { documentedBlocks as documentedConfigurations } from '../../app/config/documented-blocks-for-test.ts';
import { documentedBlocks, documentedScript, printedScript } from './documented-lines-for-test.ts';

const home = mkdtempSync(join(tmpdir(), 'ratchet-console-'));
const tasks = join(home, 'tasks');
let server: RatchetServer;

function writeTask(name: string, code: string, inputSchema: object = { type: 'object' }, number = 1, place = tasks): void {
  const folder = join(place, name);
  mkdirSync(folder, { recursive: true });
  const uuid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  writeFileSync(join(folder, 'metadata.json'), JSON.stringify({ uuid, name, label: name, version: '1.0.0' }));
  writeFileSync(join(folder, 'main.js'), code);
  writeFileSync(join(folder, 'input.schema.json'), JSON.stringify(inputSchema));
  writeFileSync(join(folder, 'output.schema.json'), '{}');
}

beforeAll(async () => {
  const names = ['task-uuid', 'weather', 'weather-forecast', 'default-task', 'my-task'];
  for (const [index, name] of names.entries())
    writeTask(name, 'function (input) { return { got: input }; }', { type: 'object' }, index + 1);
  writeTask('failing', 'function () { throw new Error("on purpose"); }', {}, 20);
  server = await startRatchet({ args: ['--sources', tasks, '--data-dir', join(home, 'data')] });
});
afterAll(async () => {
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

/** A console at the server, with what is typed as its standard input. */
function at(lines: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<RatchetEnd> {
  return ratchet(['console', '--connect', server.url, ...args], { cwd: home, env: { HOME: home, ...env }, stdin: lines });
}
const jsonLines = ({ stdout }: RatchetEnd) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, never>);

describe('the lines that the documents show', () => {
  it('run word for word, one after the other, at a server that the console has started', async () => {
    verifies('console.documented-lines');
    mkdirSync(join(home, '.ratchet'), { recursive: true });
    writeFileSync(join(home, '.ratchet', 'daily-health.rsh'), documentedScript);
    writeFileSync(join(home, 'own.yaml'), `registry:\n  sources:\n    - { name: first, uri: "file://${tasks}" }\n`);
    writeTask('another', 'function () { return 1; }', {}, 30, join(home, 'here', 'tasks'));
    const lines = Object.values(documentedBlocks)
      .map((block) => `echo ---\n${block.replace('exec-id', '1')}`)
      .join('');
    const env = { HOME: home, XDG_DATA_HOME: join(home, 'own'), RATCHET_HEARTBEAT_ENABLED: 'false' };
    const end = await ratchet(['console', '--embedded', '--config', join(home, 'own.yaml')], {
      cwd: join(home, 'here'),
      env,
      stdin: lines,
    });
    const repeated = documentedScript.split('\n').filter((line) => line.startsWith('echo'));
    expect([end.code, end.stderr]).toEqual([0, repeated.map((line) => `> ${line}\n`).join('')]);
    const [, workflow, repositories, , , , , variables, development, , automation] = end.stdout.split('---\n');
    expect(workflow).toContain('"got":{"city":"Berlin"}');
    expect(repositories).toContain('"name":"my-repo"');
    expect(variables).toContain('"got":{"url":"https://api.example.com"}');
    expect(variables).toContain('Set BASE_URL = http://localhost:8080');
    expect(variables).toContain('"got":{"debug":""}');
    expect(variables).toContain(`HOME=${home}\n`);
    expect(development).toContain('"got":{"env":"development","debug":"true"}');
    expect(automation).toMatch(/^set DATE = \d{4}-\d\d-\d\d\nserver status\ndb status\nexecution list --since=\$DATE\n$/);
  });

  it('run as a script in which each line is repeated', async () => {
    writeFileSync(join(home, 'daily.rsh'), printedScript);
    const { code, stdout, stderr } = await at('', ['--script', 'daily.rsh']);
    expect(code).toBe(0);
    expect(stderr).toBe(printedScript.replaceAll(/^(?=.)/gm, '> '));
    expect(stdout).toMatch(/^Set DATE = \d{4}-\d\d-\d\d\n\{"status":/);
  });

  it('configure it as they say', async () => {
    writeFileSync(join(home, '.ratchet', 'startup.rsh'), 'echo started at $PROD_HOST\nset FROM_STARTUP = yes\n');
    mkdirSync(join(home, '.ratchet', 'scripts'), { recursive: true });
    writeFileSync(join(home, '.ratchet', 'scripts', 'found.rsh'), 'echo found\n');
    const documented = documentedConfigurations.find(({ name }) => name === 'console for a server elsewhere')!.yaml;
    // All of it but where it connects to: the server of this test has another address and no token.
    writeFileSync(join(home, 'config.yaml'), documented.replaceAll(/^ +(?:host|port|auth_token_file):.*\n/gm, ''));
    const { code, stdout, stderr } = await at('echo $DEV_HOST $FROM_STARTUP $(whoami)\nsource found\n', ['--config', 'config.yaml']);
    expect([code, stdout]).toEqual([0, 'started at ratchet-server.example.com\nSet FROM_STARTUP = yes\nlocalhost yes $(whoami)\nfound\n']);
    expect(stderr).toContain('⚠ $(whoami) is not run: console.scripts.allow_system_commands is off.');
    writeFileSync(
      join(home, 'loose.yaml'),
      'console:\n  scripts: { allow_system_commands: true }\n  variables: { auto_export_env: true, case_sensitive: false }\n',
    );
    const loose = await at('set Name = world\necho $(echo hello $Name) $NAME\n', ['--config', 'loose.yaml']);
    expect([loose.code, loose.stdout]).toEqual([0, 'Set Name = world\nhello world world\n']);
  });
});

describe('a script', () => {
  it('stops at the first line that fails, says which, and ends with its exit code', async () => {
    verifies('console.script-failure');
    writeFileSync(join(home, 'failing.rsh'), '# first\n\nhealth\ntask execute failing {\n  "a": 1\n}\necho never\n');
    const end = await at('', ['--script', join(home, 'failing.rsh')]);
    expect(end.code).toBe(1);
    expect(end.stdout).not.toContain('never');
    expect(end.stderr).toContain('on purpose');
    expect(end.stderr).toContain(`✗ Script error: ${join(home, 'failing.rsh')}, line 4: task execute failing {`);
    expect((await at('', ['--script', 'missing.rsh'])).stderr).toContain('There is no script missing.rsh.');
  });

  it('may not run itself for ever', async () => {
    writeFileSync(join(home, 'loop.rsh'), 'source loop.rsh\n');
    const loop = await at('source loop.rsh\n');
    expect([loop.code, loop.stderr]).toEqual([2, expect.stringContaining('Look for a script that runs itself')]);
  });

  it('may hold what nobody would type', async () => {
    const lines = [
      'echo "\u001b[2J"',
      `task execute my-task '{"a": "\\u0000", "${'x'.repeat(50_000)}": 1}'`,
      'echo ${A:-${B:-${C:-deep}}}',
      'task show "../../etc"',
    ];
    const end = await at(lines.join('\n'));
    expect([end.code, end.stderr]).toEqual([3, expect.stringContaining('line 4')]);
    expect(end.stdout).toMatch(/^\\x1b\[2J\n[^]*\ndeep\n$/);
  });
});

describe('answers', () => {
  it('are tables, JSON or YAML, on the terminal or in a file', async () => {
    const { stdout } = await at('task list --format table\ntask show weather --format yaml\ntask list --format json --limit 1\n');
    expect(stdout).toMatch(/^┌─+┬.*\n│ ID .*\n├─/);
    expect(stdout).toContain('\nname: weather\n');
    expect(stdout).toContain('{\n  "items": [\n');
    const end = await at(
      'task list > tasks.json\ntask list --format yaml > list.yaml\ntask list > list2.yml\ntask list >> tasks.json\necho x > /nowhere/at/all',
    );
    expect([end.code, end.stdout, end.stderr]).toEqual([8, '', expect.stringContaining('/nowhere/at/all cannot be used')]);
    expect(readFileSync(join(home, 'tasks.json'), 'utf8')).toMatch(/^\{\n {2}"items": \[\n[^]*\n\}\n\{\n/);
    expect(parse(readFileSync(join(home, 'list.yaml'), 'utf8'))).toMatchObject({ items: expect.any(Array) });
    expect(parse(readFileSync(join(home, 'list2.yml'), 'utf8'))).toMatchObject({ total: expect.any(Number) });
  });

  it('come from the server that is asked', async () => {
    const end = await at('server status\nserver metrics\ndb status\ndb stats\ndb migrate --dry-run\nstats\nmonitor\n');
    const [status, metrics, database, stored, migrated, stats, monitor] = jsonLines(end);
    expect(status).toMatchObject({ status: 'healthy', checks: { database: { status: 'healthy' } } });
    expect(metrics).toMatchObject({ ratchet_jobs_capacity: expect.any(Number) });
    expect(database).toMatchObject({ status: 'healthy', dialect: 'sqlite', storedBytes: expect.any(Number) });
    expect(stored).toMatchObject({ tasks: 6, jobs: expect.any(Number) });
    expect(migrated).toEqual({ isUpToDate: true, status: 'healthy' });
    expect(stats).toMatchObject({ tasks: { totalTasks: 6 }, workers: { totalWorkers: expect.any(Number) } });
    expect(monitor).toMatchObject({ health: 'healthy' });
  });

  it('come from the tools a model would call', async () => {
    const end = await at(
      'mcp capabilities\nmcp tools\nmcp call ratchet.list_available_tasks {}\ntemplate list\nmcp call ratchet_list_avaliable_tasks {}\n',
    );
    const [capabilities, tools, called] = jsonLines(end);
    expect(capabilities).toMatchObject({ server: { name: expect.any(String) }, capabilities: { tools: {} } });
    expect(tools).toContainEqual(expect.objectContaining({ name: 'ratchet_execute_task' }));
    expect(JSON.stringify(called)).toContain('weather-forecast');
    expect([end.code, end.stderr]).toEqual([2, expect.stringContaining('Did you mean ratchet_list_available_tasks?')]);
  });

  it('clear ended jobs and nothing else', async () => {
    const before = await at('task execute my-task {}\njob enqueue my-task --delay 1h\njob clear --older-than 1d\njob clear\njob list\n');
    expect([before.code, before.stderr]).toEqual([0, '']);
    const [, , none, cleared, list] = jsonLines(before);
    expect(none).toEqual({ count: 0 });
    expect(cleared!['count']).toBeGreaterThan(0);
    const left = (list as unknown as { items: { status: string }[] }).items.map(({ status }) => status);
    expect(left).toContain('QUEUED');
    expect(left).not.toContain('COMPLETED');
  });
});

describe('a connection', () => {
  it('is let go of, and made again where it is said', async () => {
    const end = await at(`disconnect\nconnect ${server.url}\ntask list --limit 1 > /dev/null\ndisconnect\ntask list\n`);
    expect([end.code, end.stdout]).toEqual([8, `Connected to: ${server.url}\nServer status: healthy\n`]);
    expect(end.stderr).toContain("✗ Not connected to server. Use 'connect' command first.");
  });

  it('is refused where nothing answers, or something else does', async () => {
    const nobody = await ratchet(['console', '--connect', 'http://127.0.0.1:9'], { stdin: 'health' });
    expect([nobody.code, nobody.stderr]).toEqual([8, expect.stringContaining('http://127.0.0.1:9')]);
    const host = new URL(server.url);
    const parts = await ratchet(
      ['console', '--transport=sse', `--host=${host.hostname}`, `--port=${host.port}`, '--history-file', '/dev/null'],
      { stdin: 'health' },
    );
    expect([parts.code, parts.stdout]).toEqual([0, expect.stringContaining('"status":"healthy"')]);
  });

  it('is made to a server of its own over stdio, whose data is there again the next time', async () => {
    const env = { HOME: home, XDG_DATA_HOME: join(home, 'own'), RATCHET_HEARTBEAT_ENABLED: 'false' };
    const again = await ratchet(['console', '--transport', 'stdio'], {
      cwd: home,
      env,
      stdin: 'execution list --task-name weather-forecast\n',
    });
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('"taskName":"weather-forecast"')]);
  });
});
