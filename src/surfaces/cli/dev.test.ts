import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DevReport } from '#dev/index.ts';
import { launcher, repository } from '../../testing/checkout.ts';
import { ratchet } from '../../testing/ratchet-process.ts';
import { inTerminal, terminalProgram, withoutTerminal, type TerminalRun } from '../../testing/virtual-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-dev-command-'));
afterAll(() => rmSync(folder, { recursive: true }));
let task = '';
beforeEach(() => {
  task = join(mkdtempSync(join(folder, 'task-')), 'weather');
  cpSync(join(repository, 'sample/js-tasks/weather-api'), task, { recursive: true });
});

/** As editors save: a new file beside the old one takes its place. */
function save(file: string, change: (text: string) => string): void {
  const path = join(task, file);
  writeFileSync(`${path}~`, change(readFileSync(path, 'utf8')));
  renameSync(`${path}~`, path);
}
const breakCode = (text: string) => text.replace('function', 'functoin');

describe('ratchet dev --once', () => {
  it('prints one report and ends as that says', async () => {
    const good = await ratchet(['dev', task, '--once']);
    expect([good.code, good.stderr]).toEqual([0, '']);
    expect(good.stdout).toMatch(
      /^Weather API 1\.0\.0\n\nProblems {2}none\n\nTests +7 passed .*\n\nRun +completed {2}HTTP answered by the mocks of "metric units"\n/,
    );

    const failing = await ratchet([
      'dev',
      task,
      '--once',
      '--input-json',
      '{"city": "Nowhere"}',
      '--test',
      'an unknown city is an HttpError',
    ]);
    expect([failing.code, failing.stdout]).toEqual([
      1,
      expect.stringMatching(/Run +failed[^]*"city":"Nowhere"[^]*from the command line[^]*404/),
    ]);

    save('main.js', breakCode);
    const broken = await ratchet(['dev', task, '--once']);
    expect([broken.code, broken.stdout]).toEqual([3, expect.stringMatching(/✗ main\.js:\d+:\d+ code-syntax/)]);
  });

  it('answers a program in JSON, and refuses a path that leads nowhere', async () => {
    const { stdout } = await ratchet(['dev', task, '--once', '--format', 'json']);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse(stdout) as DevReport).toMatchObject({
      isGood: true,
      tests: { tests: { passed: 7 } },
      run: { execution: { output: { location: 'London, GB' } } },
    });
    expect(await ratchet(['dev', join(folder, 'nowhere')])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('TASK_NOT_FOUND'),
    });
  });
});

describe('ratchet dev away from a terminal', () => {
  it('prints a report for every change, until it is interrupted', async () => {
    const reports: boolean[] = [];
    let text = '';
    const { code } = await ratchet(['dev', task, '--format', 'json'], {
      onStart(child) {
        child.stdout!.on('data', (piece: string) => {
          text += piece;
          while (text.includes('\n')) {
            const report = JSON.parse(text.slice(0, text.indexOf('\n'))) as DevReport;
            text = text.slice(text.indexOf('\n') + 1);
            reports.push(report.isGood);
            if (reports.length === 1) save('main.js', breakCode);
            else if (reports.length === 2) save('main.js', (broken) => broken.replace('functoin', 'function'));
            else child.kill('SIGINT');
          }
        });
      },
    });
    expect([code, reports]).toEqual([130, [true, false, true]]);
  });
});

describe.skipIf(terminalProgram === null)(
  `ratchet dev in a terminal (${terminalProgram === null ? withoutTerminal : 'a real one'})`,
  () => {
    const command = () => `${process.execPath} ${launcher} dev ${task}`;
    const has = (part: string | RegExp) => (text: string) => (typeof part === 'string' ? text.includes(part) : part.test(text));
    const settled = (part: string | RegExp) => (text: string) => has(part)(text) && text.includes('waiting for changes');
    const runs: TerminalRun[] = [];
    afterEach(() => {
      for (const run of runs.splice(0)) run.child.kill('SIGKILL');
    });
    const start = (line: string, size: { columns?: number; rows?: number } = {}) => {
      const run = inTerminal(line, { ...size, env: { NO_COLOR: '1' } });
      runs.push(run);
      return run;
    };
    async function open(): Promise<TerminalRun> {
      const run = start(command());
      await run.until(settled('7 passed'));
      return run;
    }

    it('shows the task in place, follows every save, and leaves the terminal as it was', async () => {
      const run = await open();
      expect(run.screen.isAlternate).toBe(true);
      expect(run.screen.isCursorShown).toBe(false);
      save('main.js', (text) => text.replace('temperature: ', 'temperature: 1000 + '));
      await run.until(settled('1015.2'));
      await run.until(settled(/[1-7] failed/));
      save('main.js', breakCode);
      await run.until(settled('code-syntax'));
      expect(run.screen.text()).toContain('Below is what the last valid version did.');
      save('main.js', (text) => text.replace('functoin', 'function').replace('1000 + ', ''));
      await run.until(settled('7 passed'));
      run.type('q');
      expect(await run.ended).toBe(0);
      expect([run.screen.isAlternate, run.screen.isCursorShown, run.screen.text()]).toEqual([false, true, '']);
    });

    it('does what its keys say', async () => {
      const run = await open();
      run.type('i');
      await run.until(has('Which input?'));
      run.type('\u001b[B\u001b[B');
      await run.until(has('❯ metric is the default'));
      run.type('\r');
      await run.until(settled('Berlin'));
      run.type('i');
      await run.until(has('Which input?'));
      run.type('e');
      await run.until(has('Input as JSON'));
      run.type('\u001b[200~ \u001b[201~\u0015{"city": "Paris');
      run.type('\r');
      await run.until(has('ends too early'));
      run.type('"}\r');
      await run.until(settled('typed here'));
      run.type('l');
      await run.until(has('l show logs'));
      run.type('s');
      await run.until(settled('8 passed'));
      expect(existsSync(join(task, 'tests/recorded-001.json'))).toBe(true);
      run.type('q');
      expect(await run.ended).toBe(0);
    });

    it('switches between live and mocked requests', async () => {
      const run = start(`${process.execPath} ${launcher} dev ${join(repository, 'sample/js-tasks/addition')}`);
      await run.until(settled('p use mocks'));
      run.type('p');
      await run.until(settled('HTTP answered by no mock'));
      run.type('p');
      await run.until(settled('p use mocks'));
      run.type('q');
      expect(await run.ended).toBe(0);
    });

    it('writes a page of the run with t', async () => {
      const run = start(`sh -c 'cd ${folder} && exec ${command()}'`);
      await run.until(settled('7 passed'));
      run.type('t');
      await run.until(has('Trace saved to: weather-api-trace.html'));
      expect(readFileSync(join(folder, 'weather-api-trace.html'), 'utf8')).toMatch(/^<!doctype html>/);
      run.type('q');
      expect(await run.ended).toBe(0);
    });

    it.each(['\u0003', 'SIGTERM', 'SIGHUP'])('gives the terminal back on %j', async (how) => {
      // What the terminal is like afterwards says a program that comes after.
      const run = start(`sh -c '${command()}; echo "code $?"; stty -a'`);
      await run.until(settled('7 passed'));
      if (how.startsWith('SIG')) process.kill(programIn(run), how);
      else run.type(how);
      await run.until(has(/code \d+[^]*icanon/));
      await run.ended;
      expect(run.screen.text()).toMatch(/^code 130\n/);
      expect(run.screen.text()).toMatch(/[^-]icanon[^]*[^-]echo /);
      expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([false, true]);
    });

    it('gives the terminal back when it crashes', async () => {
      const crash = join(folder, 'crash.mjs');
      writeFileSync(crash, `process.once('SIGUSR2', () => { throw new Error('planted'); });\n`);
      const run = inTerminal(`sh -c '${process.execPath} --import ${crash} ${launcher} dev ${task}; echo "code $?"; stty -a'`, {
        env: { NO_COLOR: '1' },
      });
      await run.until(settled('7 passed'));
      process.kill(programIn(run), 'SIGUSR2');
      await run.until(has(/code 70[^]*icanon/));
      await run.ended;
      expect(run.screen.text()).toMatch(/[^-]icanon/);
      expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([false, true]);
    });

    it('fits a small terminal', async () => {
      const run = start(command(), { columns: 40, rows: 12 });
      await run.until(has(/waiting\n[^]*7 passed/));
      const rows = run.screen.text().split('\n');
      expect(rows.length).toBeLessThanOrEqual(12);
      expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(40);
      run.type('\u001b[F');
      await run.until(has('cost'));
      run.type('q');
      expect(await run.ended).toBe(0);
    });
  },
);

/** The program in a terminal: the process below the shell, which is below `script`. */
function programIn(run: TerminalRun): number {
  let pid = run.child.pid!;
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    if (!['script', 'sh', 'bash', 'dash'].includes(name)) return pid;
    if (children[0] === undefined) throw new Error(`nothing runs below process ${pid}`);
    pid = children[0];
  }
}
