import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { launcher, repository } from '../../../src/testing/checkout.ts';
import { isProcessAlive } from '../../../src/kernel/index.ts';
import { startRatchet, type RatchetServer } from '../../../src/testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-reload-'));
const servers: RatchetServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(file: string, name: string, args: readonly string[] = []): Promise<RatchetServer> {
  const server = await startRatchet({ args: ['--config', file, '--data-dir', join(folder, name), ...args] });
  servers.push(server);
  return server;
}

/** Waits until the log says it. */
async function told(server: RatchetServer, pattern: RegExp, from = 0): Promise<string> {
  for (const endMs = Date.now() + 15_000; Date.now() < endMs;) {
    const found = pattern.exec(server.stderr().slice(from));
    if (found) return found[0];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nothing like ${pattern} in:\n${server.stderr()}`);
}

async function runAddition(
  server: RatchetServer,
): Promise<{ status: number; body: { data?: { status?: string }; error?: { code: string } } }> {
  const answer = await fetch(`${server.url}/api/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ taskId: 'addition', input: { num1: 1, num2: 2, padding: 'x'.repeat(2_000) }, wait: '10s' }),
  });
  return { status: answer.status, body: (await answer.json()) as never };
}

it('a changed file is taken over, what needs a restart is named, and a broken one changes nothing', async () => {
  verifies('config.reload');
  verifies('config.reload-refused');
  const file = join(folder, 'live.yaml');
  writeFileSync(file, 'logging: {level: info}\n');
  const server = await start(file, 'live', ['--sources', 'sample/js-tasks/addition']);
  expect((await runAddition(server)).body.data?.status).toBe('COMPLETED');

  writeFileSync(file, 'logging: {level: info}\nserver:\n  job_queue: {max_input_bytes: 1024}\n  answer_timeout: 60\n');
  await told(server, /warn .*hold after a restart only .*settings=\["server.answer_timeout"\]/);
  await told(server, /info .*read the configuration again .*changed=\["server.job_queue.max_input_bytes"\]/);
  expect((await runAddition(server)).body.error?.code).toBe('JOB_INPUT_TOO_LARGE');

  const mark = server.stderr().length;
  writeFileSync(file, 'server:\n  job_queue: {max_input_bits: 1}\n');
  await told(server, /error .*not taken over.*live\.yaml:2  server\.job_queue\.max_input_bits  is not a setting/, mark);
  expect((await runAddition(server)).body.error?.code).toBe('JOB_INPUT_TOO_LARGE');

  // Saved as editors do it: a new file takes the name.
  writeFileSync(`${file}.new`, 'logging: {level: debug}\n');
  renameSync(`${file}.new`, file);
  await told(server, /changed=\["logging.level","server.job_queue.max_input_bytes"\]/, mark);
  expect((await runAddition(server)).body.data?.status).toBe('COMPLETED');
  await told(server, /debug called/, mark);
}, 40_000);

it('SIGHUP reads the file at once, and opens a log anew that was moved away', async () => {
  verifies('config.reload');
  const file = join(folder, 'hup.yaml');
  const log = join(folder, 'hup.log');
  const yaml = (level: string) =>
    `server: {reload_on_change: false}\nlogging: {level: ${level}, targets: [{type: console}, {type: file, path: ${log}}]}\n`;
  writeFileSync(file, yaml('info'));
  const server = await start(file, 'hup');
  renameSync(log, `${log}.moved`);
  writeFileSync(file, yaml('debug'));
  process.kill(server.pid, 'SIGHUP');
  await told(server, /read the configuration again .*changed=\["logging.level"\]/);
  await fetch(`${server.url}/health`);
  expect(readFileSync(log, 'utf8')).toContain('read the configuration again');
  const mark = server.stderr().length;
  process.kill(server.pid, 'SIGHUP');
  await told(server, /read the configuration again .*changed=\[\]/, mark);
}, 30_000);

it('sources that are added to the file are read, behind a link that is moved as Kubernetes does it', async () => {
  verifies('config.reload');
  const mounted = join(folder, 'mounted');
  const tasks = join(folder, 'tasks');
  cpSync(join(repository, 'sample/js-tasks/addition'), join(tasks, 'addition'), { recursive: true });
  const version = (name: string, yaml: string) => {
    cpSync(join(repository, 'sample/configs'), join(mounted, name), { recursive: true });
    writeFileSync(join(mounted, name, 'ratchet.yaml'), yaml);
    symlinkSync(name, join(mounted, `${name}.link`));
    renameSync(join(mounted, `${name}.link`), join(mounted, '..data'));
  };
  version('one', 'logging: {level: info}\n');
  symlinkSync('..data/ratchet.yaml', join(mounted, 'ratchet.yaml'));
  const server = await start(join(mounted, 'ratchet.yaml'), 'mounted-data');
  version('two', `registry: {sources: [{name: mine, uri: "file://${tasks}"}]}\n`);
  await told(server, /changed=\["registry.sources"\]/);
  for (const endMs = Date.now() + 10_000; ;) {
    const list = (await (await fetch(`${server.url}/api/v1/tasks`)).json()) as { data: { name: string }[] };
    if (list.data.some(({ name }) => name === 'addition')) break;
    expect(Date.now()).toBeLessThan(endMs);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}, 40_000);

const hasScript = spawnSync('script', ['--version']).status === 0;

it.skipIf(!hasScript)(
  'in a terminal SIGHUP reads the file too, and the end of the terminal is the end of the server',
  async () => {
    const file = join(folder, 'terminal.yaml');
    const printed = join(folder, 'terminal.txt');
    writeFileSync(file, 'logging: {level: info}\n');
    const command = `${process.execPath} ${launcher} serve --port 0 --format json --config ${file} --database-url sqlite::memory:`;
    const terminal = spawn('script', ['-qfc', command, printed], { stdio: ['pipe', 'ignore', 'ignore'] });
    const until = async <Value>(look: () => Value | null | undefined | false): Promise<Value> => {
      for (const endMs = Date.now() + 15_000; Date.now() < endMs;) {
        const found = look();
        if (found !== null && found !== undefined && found !== false) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`it did not come to that: ${existsSync(printed) ? readFileSync(printed, 'utf8') : 'nothing printed'}`);
    };
    const text = () => (existsSync(printed) ? readFileSync(printed, 'utf8') : '');
    const pid = Number(await until(() => /"pid":(\d+)/.exec(text())?.[1]));
    process.kill(pid, 'SIGHUP');
    await until(() => text().includes('read the configuration again'));
    terminal.kill('SIGKILL');
    await until(() => !isProcessAlive(pid));
  },
  40_000,
);
