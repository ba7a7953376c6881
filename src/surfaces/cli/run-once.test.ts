import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcher, repository, systemPath } from '../../testing/checkout.ts';
import { ratchet } from '../../testing/ratchet-process.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const addition = 'sample/js-tasks/addition';
const folder = mkdtempSync(join(tmpdir(), 'ratchet-run-once-'));
let server: Server;
let base = '';

beforeAll(async () => {
  server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end('{"answer":42}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

/** A task folder with nothing but metadata and code. */
function task(code: string): string {
  const path = mkdtempSync(join(folder, 'task-'));
  writeFileSync(
    join(path, 'metadata.json'),
    JSON.stringify({ uuid: '0b6f1f3e-6a52-4d7e-9a54-8f2f6f0f2a11', version: '1.0.0', label: 'A task' }),
  );
  writeFileSync(join(path, 'main.js'), code);
  return path;
}

describe('ratchet run-once', () => {
  it('prints the output and nothing else on standard output', async () => {
    const { code, stdout, stderr } = await ratchet(['run-once', '--from-fs', addition, `--input-json={"num1": 5, "num2": 10}`]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '{"sum":15}\n', stderr: '' });
  });

  it('prints indented JSON with --format pretty and one line with --format json', async () => {
    const line = ['run-once', addition, '--input-json', '{"num1": 1, "num2": 2}', '--format'];
    expect((await ratchet([...line, 'pretty'])).stdout).toBe('{\n  "sum": 3\n}\n');
    expect((await ratchet([...line, 'json'])).stdout).toBe('{"sum":3}\n');
  });

  it('takes the input from a file and from standard input', async () => {
    const file = join(folder, 'input.json');
    writeFileSync(file, '\uFEFF{"num1": 20, "num2": 22}');
    expect((await ratchet(['run-once', addition, '--input-file', file])).stdout).toBe('{"sum":42}\n');
    for (const flag of ['--input-json', '--input-file']) {
      expect((await ratchet(['run-once', addition, flag, '-'], { stdin: '{"num1": 1, "num2": 1}\n' })).stdout).toBe('{"sum":2}\n');
    }
  });

  it('runs a task without an input on an empty object, and a ZIP like a folder', async () => {
    expect((await ratchet(['run-once', task('(function (input) { return input; })')])).stdout).toBe('{}\n');
    expect((await ratchet(['run-once', 'sample/js-tasks/addition.zip', '--input-json', '{"num1": 2, "num2": 2}'])).stdout).toBe(
      '{"sum":4}\n',
    );
  });

  it.each(['fresh', 'isolate', 'warm'])('runs with --isolation %s', async (level) => {
    const end = await ratchet(['run-once', addition, '--input-json', '{"num1": 2, "num2": 3}', '--isolation', level]);
    expect(end).toMatchObject({ code: 0, stdout: '{"sum":5}\n' });
  });

  it('does everything but run with --dry-run', async () => {
    const path = task(`(function () { throw new Error('it ran') })`);
    expect(await ratchet(['run-once', path, '--dry-run'])).toMatchObject({
      code: 0,
      stdout: 'A task 1.0.0 can be run with this input; it was not.\nChecked: metadata, code\n',
    });
    const line = ['run-once', addition, '--dry-run', '--format', 'json', '--input-json'];
    expect(JSON.parse((await ratchet([...line, '{"num1": 1, "num2": 2}'])).stdout)).toMatchObject({
      state: 'not-run',
      checked: ['metadata', 'code', 'input schema', 'input', 'output schema'],
    });
    expect(await ratchet([...line, '{"num1": 1}'])).toMatchObject({ code: 4, stdout: '' });
    expect((await ratchet(['run-once', task('(function ('), '--dry-run'])).code).toBe(3);
  });

  it('shows log lines and progress on standard error as they come', async () => {
    const path = task(`(async function () {
      console.debug('quiet'); console.log('loud'); console.error('broken \\u001b[31m');
      if (typeof reportProgress === 'function') reportProgress({ progress: 0.5, message: 'half' });
      return 1; })`);
    const { stdout, stderr } = await ratchet(['run-once', path]);
    expect(stdout).toBe('1\n');
    expect(stderr).toBe('info  loud\nerror broken \\x1b[31m\nprogress 50% half\n');
    expect((await ratchet(['run-once', path, '--log-level', 'debug'])).stderr).toContain('debug quiet\n');
    expect((await ratchet(['run-once', path, '--log-level', 'error'])).stderr).not.toContain('loud');
  });

  it('shows requests and log lines in order with --trace', async () => {
    const path = task(`(async function (input) {
      console.log('before'); const answer = await fetch(input.url); console.log('after'); return answer.body.answer; })`);
    const { code, stdout, stderr } = await ratchet(['run-once', path, '--trace', '--input-json', JSON.stringify({ url: `${base}/x` })]);
    expect([code, stdout]).toEqual([0, '42\n']);
    expect(stderr).toMatch(
      /\+ +[\d.]+ ms {2}info +before\n\+ +[\d.]+ ms {2}r1 +GET http:\/\/127[^\n]*\/x 200 \d+ ms, 0 B out, 13 B in\n\+ +[\d.]+ ms {2}info +after\n/,
    );
    expect(stderr).toMatch(/wall .*CPU .*heap .*1 request \(/);
  });

  it.each([
    [2, 'COMMAND_LINE_INVALID', ['run-once']],
    [2, 'COMMAND_LINE_INVALID', ['run-once', addition, '--memory', 'much']],
    [3, 'TASK_NOT_FOUND', ['run-once', '/nowhere/at/all']],
    [3, 'TASK_INVALID', ['run-once', 'sample/js-tasks/invalid']],
    [4, 'INPUT_NOT_JSON', ['run-once', addition, '--input-json', '{num1: 5}']],
    [4, 'INPUT_UNREADABLE', ['run-once', addition, '--input-file', '/nowhere.json']],
    [4, 'INPUT_INVALID', ['run-once', addition, '--input-json', '{"num1": "five"}']],
  ])('ends with exit code %i and %s for %j', async (expected, errorCode, line) => {
    const { code, stdout, stderr } = await ratchet(line);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toMatch(new RegExp(`^Error: [^]*Hint: [^]*See docs/errors/${errorCode}\\.md`));
    const forProgram = await ratchet([...line, '--format', 'json']);
    expect(JSON.parse(forProgram.stderr)).toMatchObject({ error: { code: errorCode } });
  });

  it.each([
    [1, 'TASK_FAILED', `(function () { throw new TypeError('no tea') })`, []],
    [5, 'TIMED_OUT', `(function () { return new Promise((r) => setTimeout(r, 60000)) })`, ['--timeout', '300ms']],
    [5, 'TIMED_OUT', `(function () { for (;;); })`, ['--timeout', '0.3']],
    [6, 'MEMORY_LIMIT_EXCEEDED', `(function () { const a = []; for (;;) a.push(new Array(10000).fill(a.length)); })`, ['--memory', '32MB']],
  ])('ends with exit code %i and %s for %s', async (expected, errorCode, code, flags) => {
    const end = await ratchet(['run-once', task(code), ...flags]);
    expect([end.code, end.stdout]).toEqual([expected, '']);
    expect(end.stderr).toContain(errorCode);
  });

  it("shows the author's own stack when the task throws", async () => {
    const { stderr } = await ratchet([
      'run-once',
      task(`(function () {\n  function boil() {\n    throw new TypeError('no tea');\n  }\n  return boil();\n})`),
    ]);
    expect(stderr).toMatch(/^Error: The task threw TypeError: no tea\n {4}at boil \(main\.js:3:11\)\n {4}at .*main\.js:5:10/);
    expect(stderr).not.toMatch(/src\/|node:/);
  });

  it('is cancelled by Ctrl-C with exit code 130', async () => {
    const path = task(`(function () { console.log('waiting'); return new Promise((r) => setTimeout(r, 60000)) })`);
    const end = await ratchet(['run-once', path], { onStderr: (text, child) => text.includes('waiting') && child.kill('SIGINT') });
    expect(end).toMatchObject({ code: 130, signal: null, stdout: '' });
    expect(end.stderr).toMatch(/CANCELLED/);
  });

  it('does not wait for standard input after Ctrl-C', async () => {
    const end = await ratchet(['run-once', addition, '--input-json', '-'], {
      stdin: null,
      onStart: (child) => setTimeout(() => child.kill('SIGINT'), 1500),
    });
    expect([end.code, end.stderr]).toEqual([130, expect.stringContaining('INTERRUPTED')]);
  });

  it('stays quiet when the reader of its output leaves early', () => {
    const path = task(`(function () { return 'x'.repeat(1000000) })`);
    const shell = spawnSync(
      'bash',
      ['-c', `"${process.execPath}" "${launcher}" run-once "${path}" | head -c 1; echo " \${PIPESTATUS[0]}"`],
      {
        cwd: repository,
        encoding: 'utf8',
        env: { PATH: systemPath, HOME: process.env['HOME'] },
      },
    );
    expect([shell.stdout, shell.stderr]).toEqual(['" 0\n', '']);
  });

  it('shows a person at a terminal indented JSON and what it cost', ({ skip }) => {
    const line = `"${process.execPath}" "${launcher}" run-once ${addition} --input-json '{"num1": 5, "num2": 10}'`;
    const pty = spawnSync('script', ['-qec', line, '/dev/null'], {
      cwd: repository,
      encoding: 'utf8',
      env: { PATH: systemPath, HOME: process.env['HOME'], TERM: 'xterm' },
    });
    if (pty.error) skip('the program `script`, which makes terminals, is not installed');
    expect(pty.stdout).toMatch(/\{\r\n {2}"sum": 15\r\n\}\r\n.*wall \d.* ms, CPU .* ms, heap .*, 0 requests/);
  });
});

describe('the configuration', () => {
  const slow = () => task(`(function () { return new Promise((r) => setTimeout(() => r(1), 5000)) })`);
  it('is read from file, environment and flags, the later winning', async () => {
    const file = join(folder, 'ratchet.yaml');
    writeFileSync(file, 'execution:\n  max_execution_duration: 0.4\n');
    const limited = await ratchet(['run-once', slow(), '--config', file]);
    expect([limited.code, limited.stderr]).toEqual([5, expect.stringContaining('after 400 ms')]);
    const byEnvironment = await ratchet(['--config', file, 'run-once', slow()], { env: { RATCHET_MAX_EXECUTION_SECONDS: '0.3' } });
    expect(byEnvironment.stderr).toContain('after 300 ms');
  });

  it('that is wrong is named with key, value and place', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'execution:\n  max_execution_duration: soon\n');
    const wrong = await ratchet(['run-once', addition, '--config', file, '--input-json', '{"num1": 1, "num2": 1}']);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/execution\.max_execution_duration cannot be "soon" \(.*wrong\.yaml:2\)/),
    ]);
    const missing = await ratchet(['run-once', addition, '--config', join(folder, 'none.yaml')]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('CONFIG_UNREADABLE')]);
  });

  it('of the log level may be nonsense: it is noted and taken for info', async () => {
    const end = await ratchet(['run-once', addition, '--input-json', '{"num1": 1, "num2": 1}', '--log-level', 'loud']);
    expect([end.code, end.stdout]).toEqual([0, '{"sum":2}\n']);
    expect(end.stderr).toMatch(/^Note: --log-level "loud" .* using info/);
  });

  it('takes RUST_LOG where no other level is given, and writes the log as JSON on request', async () => {
    const line = ['validate', addition];
    expect((await ratchet(line, { env: { RUST_LOG: 'ratchet=debug' } })).stderr).toContain('tasks.validate');
    expect((await ratchet([...line, '--log-level', 'info'], { env: { RUST_LOG: 'debug' } })).stderr).toBe('');
    const { stderr } = await ratchet([...line, '--log-level', 'debug', '--log-format', 'json']);
    expect(JSON.parse(stderr.trim().split('\n').at(-1)!)).toMatchObject({ level: 'debug', operation: 'tasks.validate', outcome: 'ok' });
  });
});
