import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseXml } from '../../../../testing/parse-xml.ts';
import { launcher, repository, systemPath } from '../../../../testing/checkout.ts';
import { ratchet } from '../../../../testing/ratchet-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-test-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

function taskOf(tests: Record<string, unknown>, code = '({ a, b }) => { console.log("adding"); return { sum: a + b }; }'): string {
  const path = mkdtempSync(join(folder, 'task-'));
  mkdirSync(join(path, 'tests'));
  writeFileSync(join(path, 'metadata.json'), '{"label": "Adder", "version": "1.0.0"}');
  writeFileSync(join(path, 'main.js'), code);
  for (const [file, value] of Object.entries(tests))
    writeFileSync(join(path, 'tests', file), typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  return path;
}
const good = { name: 'adds', input: { a: 1, b: 2 }, expected_output: { sum: 3 } };
const bad = { name: 'adds wrongly', input: { a: 1, b: 2 }, expected_output: { sum: 4 } };
/** Times differ from run to run. */
const timeless = (text: string) => text.replaceAll(/\d+(?:\.\d+)? m?s\b/g, 'T');

describe('ratchet test', () => {
  it('shows every test of a task that passes, and ends with exit code 0', async () => {
    for (const line of [
      ['test', 'sample/js-tasks/addition'],
      ['test', '--from-fs', 'sample/js-tasks/addition'],
    ]) {
      const { code, stdout, stderr } = await ratchet(line);
      expect([code, stderr]).toEqual([0, '']);
      expect(timeless(stdout)).toBe(
        ` ✓ addition sample/js-tasks/addition (3 tests) T\n   ✓ test-001 T\n   ✓ test-002 T\n   ✓ test-003 T\n\n` +
          `    Tasks  1 passed (1)\n    Tests  3 passed (3)\n Duration  T\n`,
      );
    }
  });

  it('shows what failed with place, diff and log lines, and ends with exit code 1', async () => {
    const path = taskOf({ 'a.json': good, 'b.json': bad });
    const { code, stdout, stderr } = await ratchet(['test', path]);
    expect([code, stderr]).toEqual([1, '']);
    expect(timeless(stdout)).toBe(
      ` ✗ adder ${path} (2 tests | 1 failed) T\n   ✓ adds T\n   ✗ adds wrongly T\n     → The output differs from what is expected in 1 place.\n\n` +
        `  FAIL  adder > adds wrongly\n  ${path}/tests/b.json:1:1\n\n  The output differs from what is expected in 1 place.\n    at output.sum: expected 4, received 3\n\n` +
        `    - Expected\n    + Received\n\n      {\n    -   "sum": 4,\n    +   "sum": 3,\n      }\n\n  It logged:\n    info  adding\n\n` +
        `    Tasks  1 failed (1)\n    Tests  1 failed | 1 passed (2)\n Duration  T\n`,
    );
  });

  it("shows the author's line where a task throws, and keeps its escape sequences off the terminal", async () => {
    const code = '(input) => {\n\tconst text = "\\u001b[2J";\n\tthrow new DataError(text + input.city);\n}';
    const { stdout } = await ratchet(['test', taskOf({ 'a.json': { input: { city: 'x' }, expected: 1 } }, code)]);
    expect(stdout).toContain('The task threw DataError: \\x1b[2Jx\n');
    expect(stdout).toMatch(
      /❯ \S*main\.js:3:8\n {6}1\| \(input\) => \{\n {6}2\| {3}const text = .*\n {4}> 3\| {3}throw new DataError\(text \+ input\.city\);\n {7}\| {9}\^\n/,
    );
    expect(stdout).not.toContain('\u001b');
  });

  it('tells the nearest mock for a request that none answers', async () => {
    const mock = { http: { url: 'https://a.test/users', response: {} } };
    const path = taskOf({ 'a.json': { mock, assertions: [] } }, 'async () => {\n  await fetch("https://a.test/user");\n}');
    const { stdout } = await ratchet(['test', path]);
    expect(stdout).toContain(
      '  No mock answers GET https://a.test/user.\n    the nearest is mock.http:\n      the URL is https://a.test/user, not https://a.test/users\n',
    );
    expect(stdout).toMatch(/^ {2}❯ \S*main\.js:2:9\n/m);
  });

  it('tests every task of a folder, one line each where all is well, and goes on after one that cannot be loaded', async () => {
    const { code, stdout } = await ratchet(['test', 'sample/js-tasks']);
    expect(code).toBe(1);
    const lines = stdout.split('\n');
    expect(lines.filter((line) => line.startsWith(' ✓ '))).toHaveLength(12);
    expect(lines.filter((line) => line.startsWith('   ✓ '))).toHaveLength(0);
    expect(stdout).toMatch(/^ ✗ sample\/js-tasks\/invalid cannot be loaded$/m);
    expect(stdout).toMatch(/^ {2}FAIL {2}sample\/js-tasks\/invalid\n {2}The task at .* has \d+ problems/m);
    expect(stdout).toMatch(/^ {4}Tasks {2}1 failed \| 12 passed \(13\)$/m);
  });

  it('says clearly that there are no tests, and what it could not load', async () => {
    const empty = taskOf({});
    rmSync(join(empty, 'tests'), { recursive: true });
    const none = await ratchet(['test', empty]);
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining(`No tests directory found at: ${join(empty, 'tests')}`)]);
    expect(none.stdout).toContain('Tests  none');
    expect(await ratchet(['test', join(folder, 'nowhere')])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('TASK_NOT_FOUND') as string,
    });
    expect(await ratchet(['test', 'sample/js-tasks/invalid'])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('TASK_INVALID') as string,
    });
  });
});

describe('the flags of ratchet test', () => {
  it('--filter and --only choose tests, and name what there is when nothing fits', async () => {
    const path = taskOf({ 'a.json': good, 'b.json': bad });
    expect(timeless((await ratchet(['test', path, '--filter', 'ADDS WRONGLY'])).stdout)).toMatch(
      /\(1 test \| 1 failed\)[^]*Tests {2}1 failed \(1\), 1 filtered out/,
    );
    expect((await ratchet(['test', path, '--only', join(path, 'tests/a.json')])).code).toBe(0);
    expect(await ratchet(['test', path, '--filter', 'divides'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /No test matches "divides"; there are 2 tests\.\nHint: The tests are: "adds", "adds wrongly"\./,
      ) as string,
    });
  });

  it('--bail stops at the first failure, or the one with the number given', async () => {
    const path = taskOf({ 'a.json': bad, 'b.json': bad, 'c.json': good });
    for (const line of [
      ['test', '--bail', path, '--concurrency', '1'],
      ['test', path, '--bail', '1', '--concurrency', '1'],
    ]) {
      const { code, stdout } = await ratchet(line);
      expect([code, stdout]).toEqual([
        1,
        expect.stringMatching(/Stopped early: --bail was reached\.[^]*Tests {2}1 failed \| 2 not run \(3\)/),
      ]);
    }
    expect((await ratchet(['test', path, '--bail=2', '--concurrency', '1'])).stdout).toMatch(/Tests {2}2 failed \| 1 not run \(3\)/);
    expect((await ratchet(['test', path, '--bail', '0'])).code).toBe(2);
  });

  it('--timeout limits tests that name no limit', async () => {
    const path = taskOf({ 'a.json': { expected: 1 } }, '() => new Promise((resolve) => setTimeout(resolve, 60000))');
    expect((await ratchet(['test', path, '--timeout', '100ms'])).stdout).toContain(
      'The execution was ended after 100 ms of wall-clock time.',
    );
  });

  it('--coverage says what of the code no test reaches, in the files of its author', async () => {
    const path = taskOf({ 'a.json': good }, '({ a, b }) => {\n  if (a > 5) {\n    return { sum: 0 };\n  }\n  return { sum: a + b };\n}');
    const { code, stdout } = await ratchet(['test', path, '--coverage']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /Coverage of adder\n {3}File +lines +branches +functions {2}not reached\n {3}main\.js +\d+ % \(\d+\/\d+\) .* 3\b/,
      ),
    ]);
    const report = JSON.parse((await ratchet(['test', path, '--coverage', '--format', 'json'])).stdout) as {
      suites: { coverage: { files: { lines: object }[] } }[];
    };
    expect(report.suites[0]!.coverage.files).toEqual([
      expect.objectContaining({ file: 'main.js', lines: expect.objectContaining({ uncovered: [{ from: 3, to: 3 }] }) as object }),
    ]);
    expect(JSON.parse((await ratchet(['test', path, '--format', 'json'])).stdout)).toMatchObject({ suites: [{ coverage: null }] });
  });

  it('--reporter verbose shows every test of every task', async () => {
    const { stdout } = await ratchet(['test', 'sample/js-tasks/tasks', '--reporter', 'verbose']);
    expect(stdout).toMatch(/^ {3}✓ asks for JSON by default \d/m);
  });

  it('--format json and --reporter json print one JSON document and nothing else', async () => {
    const path = taskOf({ 'a.json': good, 'b.json': bad });
    for (const flags of [
      ['--format', 'json'],
      ['--reporter', 'json'],
    ]) {
      const { code, stdout, stderr } = await ratchet(['test', path, ...flags]);
      expect([code, stderr, stdout.split('\n').length]).toEqual([1, '', 2]);
      expect(JSON.parse(stdout)).toMatchObject({
        state: 'failed',
        tests: { total: 2, failed: 1 },
        suites: [{ cases: [{ name: 'adds', state: 'passed' }, { failures: [{ kind: 'output' }] }] }],
      });
    }
    expect((await ratchet(['test', path, '--format', 'pretty'])).stdout).toMatch(/^\{\n {2}"state": "failed",/);
  });

  it('--reporter junit prints XML, or writes it into a file beside the usual report', async () => {
    const path = taskOf({ 'a.json': good, 'b.json': bad });
    const xml = parseXml((await ratchet(['test', path, '--reporter', 'junit'])).stdout);
    expect(xml.attributes).toMatchObject({ tests: '2', failures: '1' });
    const file = join(folder, 'report.xml');
    const { code, stdout } = await ratchet(['test', path, '--reporter', 'junit', '--output-file', file]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^ ✗ adder/)]);
    expect(parseXml(readFileSync(file, 'utf8')).attributes['tests']).toBe('2');
    expect(await ratchet(['test', path, '--reporter', 'json', '--output-file', join(folder, 'no/such/folder')])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('1 failed') as string,
      stderr: expect.stringContaining('TEST_REPORT_UNWRITABLE') as string,
    });
    expect((await ratchet(['test', path, '--reporter', 'junti'])).stderr).toContain('Did you mean junit?');
  });

  it('--update writes nothing unasked, and with --yes what came out', async () => {
    const path = taskOf({ 'b.json': bad });
    const file = join(path, 'tests/b.json');
    const before = readFileSync(file, 'utf8');
    const asked = await ratchet(['test', path, '--update']);
    expect([asked.code, asked.stdout]).toEqual([
      1,
      expect.stringContaining('1 test was not updated; --update --yes writes without asking.'),
    ]);
    expect(readFileSync(file, 'utf8')).toBe(before);
    const { code, stdout } = await ratchet(['test', path, '--update', '--yes']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/✓ adds wrongly .* Its expected output was updated\.[^]* Updated \S*b\.json\n/),
    ]);
    expect(readFileSync(file, 'utf8')).toBe(before.replace('4', '3'));
    expect(readdirSync(join(path, 'tests'))).toEqual(['b.json']);
    expect(await ratchet(['test', path, '--watch', '--update'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exclude each other') as string,
    });
  });

  it('an interruption ends it with what is known by then, and exit code 130', async () => {
    const tasks = mkdtempSync(join(folder, 'tasks-'));
    cpSync(taskOf({ 'a.json': good }), join(tasks, 'a'), { recursive: true });
    cpSync(taskOf({ 'a.json': good }, '() => new Promise((resolve) => setTimeout(resolve, 60000))'), join(tasks, 'b'), { recursive: true });
    const child = start(['test', tasks]);
    await child.says(/✓ adder .*\n/);
    child.kill('SIGINT');
    const { code, stdout } = await child.end;
    expect([code, stdout]).toEqual([130, expect.stringMatching(/Stopped before the end\.[^]*Tests {2}1 passed \| 1 not run \(2\)/)]);
  });
});

/** Starts the real program with its standard input closed, and waits for what it says. */
function start(args: readonly string[]) {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: repository,
    env: { PATH: systemPath, HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 25_000,
    killSignal: 'SIGKILL',
  });
  let said = '';
  let stdout = '';
  let from = 0;
  let listeners: (() => void)[] = [];
  const hear = (text: string) => {
    said += text;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    hear(text);
  });
  child.stderr.setEncoding('utf8').on('data', hear);
  const end = new Promise<{ code: number | null; stdout: string; said: string }>((resolve) => {
    child.once('close', (code) => {
      for (const listener of listeners) listener();
      resolve({ code, stdout, said });
    });
  });
  return {
    end,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves with the text up to what it looks for, beginning where the last wait ended. */
    says: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(said.slice(from));
          if (!found && child.exitCode === null && child.signalCode === null) return;
          listeners = listeners.filter((one) => one !== look);
          if (!found) return reject(new Error(`It ended without saying ${pattern}:\n${said}`));
          const text = said.slice(from, from + found.index + found[0].length);
          from += text.length;
          resolve(text);
        };
        listeners.push(look);
        look();
      }),
  };
}

describe('ratchet test --watch', () => {
  const idle = /Waiting for changes of files\.\n/;

  it('tests again what changes, survives a broken save, and ends at Ctrl-C without a word', async () => {
    const path = taskOf({ 'a.json': good });
    const child = start(['test', path, '--watch']);
    expect(await child.says(idle)).toContain('1 passed (1)');
    writeFileSync(join(path, 'tests/a.json'), JSON.stringify(bad));
    expect(await child.says(idle)).toMatch(new RegExp(`Changed: ${path}\n[^]*1 failed \\(1\\)`));
    writeFileSync(join(path, 'metadata.json'), '{');
    expect(await child.says(idle)).toContain('TASK_INVALID');
    writeFileSync(join(path, 'metadata.json'), '{"label": "Adder", "version": "1.0.1"}');
    expect(await child.says(idle)).toContain('1 failed (1)');
    writeFileSync(join(path, 'main.js'), '() => ({ sum: 4 })');
    expect(await child.says(idle)).toContain('1 passed (1)');
    child.kill('SIGINT');
    const { code, said } = await child.end;
    expect([code, said.endsWith('Waiting for changes of files.\n')]).toEqual([130, true]);
  });

  it('of a folder tests only the task that changed, and finds new ones', async () => {
    const tasks = mkdtempSync(join(folder, 'tasks-'));
    for (const name of ['one', 'two']) cpSync(taskOf({ 'a.json': good }), join(tasks, name), { recursive: true });
    const child = start(['test', tasks, '--watch']);
    expect(await child.says(idle)).toContain('2 passed (2)');
    writeFileSync(join(tasks, 'two/tests/a.json'), JSON.stringify(bad));
    const second = await child.says(idle);
    expect(second).toContain(`Changed: ${join(tasks, 'two')}\n`);
    expect(second).not.toContain(join(tasks, 'one'));
    cpSync(join(tasks, 'one'), join(tasks, 'three'), { recursive: true });
    expect(await child.says(/three[^]*Waiting for changes of files\.\n/)).toMatch(/1 passed/);
    child.kill('SIGTERM');
    expect((await child.end).code).toBe(130);
  });
});
