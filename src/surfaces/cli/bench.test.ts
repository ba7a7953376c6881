import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BenchReport } from '#benching/index.ts';
import { repository } from '../../testing/checkout.ts';
import { ratchet } from '../../testing/ratchet-process.ts';
import { createProgressBar } from './commands/bench/progress-bar.ts';
import { benchText } from './commands/bench/bench-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));
const addition = [`${repository}sample/js-tasks/addition`, '--input-json', '{"num1": 1, "num2": 2}', '--warmup', '0'];
const weather = [`${repository}sample/js-tasks/weather-api`, '--warmup', '0', '--runs', '10'];

describe('ratchet bench', () => {
  it('prints a table for a person', async () => {
    const { code, stdout, stderr } = await ratchet(['bench', ...addition, '--runs', '20']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Addition 1\.0\.0\n20 runs in [\d.]+ m?s after 1 to warm up, 1 at a time, isolation fresh\n/);
    expect(stdout).toMatch(/runs\/s +[\d,.]+\n\n +mean +p50 +p90 +p99 +max\n +wall( +[\d.]+ (?:µs|ms|s)){5}\n +CPU/);
    expect(stdout).toMatch(/no run failed\n$/);
  });

  it('saves a baseline, compares with it, and does not compare what is not comparable', async () => {
    const file = join(folder, 'base.json');
    const saved = await ratchet(['bench', ...addition, '--runs', '60', '--save', file, '--format', 'json']);
    expect([saved.code, saved.stderr]).toEqual([0, `Baseline saved to: ${file}\n`]);
    const { measurement } = JSON.parse(saved.stdout) as BenchReport;
    expect(measurement).toMatchObject({ runs: 60, failures: [], conditions: { concurrency: 1, test: null } });

    const again = await ratchet(['bench', ...addition, '--runs', '60', '--baseline', file]);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(
      /Compared with \S+base\.json \(1\.0\.0, .+ UTC\)\n +wall +(?:no difference|slower|faster)[^]*files of the task are the same/,
    );

    const other = await ratchet(['bench', ...addition.with(2, '{"num1": 1, "num2": 3}'), '--baseline', file, '--concurrency', '2']);
    expect([other.code, other.stdout]).toEqual([2, '']);
    expect(other.stderr).toMatch(/measured something else: the input was another one; 1 ran at once, not 2\.\n[^]*BASELINE_NOT_COMPARABLE/);
  });

  it('ends with 1 on request when the task became slower', async () => {
    const file = join(folder, 'fast.json');
    const task = join(folder, 'addition');
    cpSync(addition[0]!, task, { recursive: true });
    const line = ['bench', task, ...addition.slice(1), '--runs', '60'];
    await ratchet([...line, '--save', file]);
    // Nothing but the numbers of the file is changed: a measurement of a program that was a hundred times as fast.
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { measurement: { blocks: { wallMs: number[] } } };
    kept.measurement.blocks.wallMs = kept.measurement.blocks.wallMs.map((ms) => ms / 100);
    writeFileSync(file, JSON.stringify(kept));
    const { code, stdout } = await ratchet([...line, '--baseline', file, '--fail-if-slower']);
    expect(stdout).toMatch(/wall +slower by /);
    expect(code).toBe(1);
  });

  it('answers requests with the mocks of a test, found by a part of its name', async () => {
    const { code, stdout, stderr } = await ratchet(['bench', ...weather, '--test', 'imperial']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('1 mocked request each');
    const unknown = await ratchet(['bench', ...weather, '--test', 'nonsense']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/No test matches "nonsense"[^]*"metric units"/)]);
  });

  it('ends with 1 when runs fail, and at once when the input is wrong', async () => {
    const failing = await ratchet(['bench', ...weather, '--input-json', '{"city": "Nowhere"}', '--test', 'unknown city']);
    expect([failing.code, failing.stdout]).toEqual([1, expect.stringMatching(/every run failed TASK_FAILED/)]);
    const wrong = await ratchet(['bench', ...addition.with(2, '{"num1": "a"}')]);
    expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([4, '', expect.stringContaining('INPUT_INVALID')]);
  });

  it('refuses files that are no baseline, and names where one cannot be', async () => {
    const file = join(folder, 'other.json');
    writeFileSync(file, '{"kind": "something"}');
    for (const [flags, message] of [
      [['--baseline', file], /cannot be read as a baseline: kind: /],
      [['--baseline', join(folder, 'gone.json')], /there is no such file/],
      [['--save', join(folder, 'nowhere', 'x.json')], /BASELINE_UNWRITABLE/],
      [['--runs', '1', '--seconds', '1'], /give either runs or seconds/],
      [['--fail-if-slower'], /needs a baseline/],
    ] as const) {
      expect((await ratchet(['bench', ...addition, ...flags])).stderr).toMatch(message);
    }
  });

  it('warns of live requests, and when it is interrupted shows what it has and saves nothing', async () => {
    let stop = () => {};
    let asked = 0;
    const server = createServer((_request, response) => {
      response.end('{}');
      if (++asked === 5) stop();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const task = join(folder, 'asking');
    cpSync(addition[0]!, task, { recursive: true });
    writeFileSync(join(task, 'main.js'), `export default async () => ({ sum: (await fetch('http://${host}/')).status });`);
    const file = join(folder, 'stopped.json');
    const { code, stdout, stderr } = await ratchet(['bench', task, ...addition.slice(1), '--seconds', '20', '--save', file], {
      onStart: (child) => (stop = () => void child.kill('SIGINT')),
    });
    server.close();
    expect([code, stdout]).toEqual([130, expect.stringContaining('Stopped early.')]);
    expect(stderr).toContain(`Each run makes live requests (1 to ${host})`);
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });
});

describe('the progress bar', () => {
  const screenOf = (isErrTerminal: boolean) => {
    let text = '';
    return {
      screen: { isErrTerminal, paintErr: (_: unknown, plain: string) => plain, err: (more: string) => (text += more) },
      text: () => text,
    };
  };
  it('fills up at a terminal, ten times a second at most, and is taken away', () => {
    const { screen, text } = screenOf(true);
    let now = 0;
    const bar = createProgressBar(screen, () => now);
    bar.show(0.5, 1_500);
    bar.show(0.6, 1_600);
    now = 200;
    bar.show(1, 3_000);
    bar.clear();
    expect(text().split('\r\u001b[K')).toEqual([
      '',
      `${'█'.repeat(15)}${'░'.repeat(15)} 50% 1,500 runs`,
      `${'█'.repeat(30)} 100% 3,000 runs`,
      '',
    ]);
  });
  it('is nothing elsewhere', () => {
    const { screen, text } = screenOf(false);
    const bar = createProgressBar(screen, () => 0);
    bar.show(0.5, 1);
    bar.clear();
    expect(text()).toBe('');
  });
});

describe('the words for a comparison', () => {
  it('claim no more than can be told', () => {
    const summary = { mean: 1, min: 1, p50: 1, p90: 1, p99: 1, max: 1 };
    const measurement = {
      conditions: { task: { label: 'T', version: '2.0.0' }, isolation: 'fresh', concurrency: 1, test: null },
      runs: 0,
      warmup: 0,
      elapsedMs: 0,
      firstMs: 0,
      requestsPerRun: 0,
      wallMs: summary,
      cpuMs: summary,
    };
    const change = (verdict: string, low: number, high: number) => ({ verdict, ratio: (low + high) / 2, low, high, chance: 0 });
    const comparison = {
      path: 'b.json',
      measuredAt: 0,
      version: '1.0.0',
      before: { wallMs: summary, cpuMs: summary, perSecond: 1 },
      notes: [],
      wallMs: change('slower', 1.1, 1.3),
      cpuMs: change('same', 0.97, 1.02),
    };
    const text = benchText({ state: 'measured', measurement, comparison, saved: null } as unknown as BenchReport, (_, plain) => plain);
    expect(text).toContain('wall    slower by 20 % (between 10 % and 30 %)  p50 1 ms, now 1 ms\n');
    expect(text).toContain('CPU     no difference seen (between -3 % and +2 %)');
    const few = { ...comparison, wallMs: change('too-few', 0, 9), cpuMs: change('faster', 0.5, 0.6) };
    const other = benchText({ state: 'stopped', measurement, comparison: few, saved: null } as unknown as BenchReport, (_, plain) => plain);
    expect(other).toContain('too few runs to say anything');
    expect(other).toContain('faster by 45 % (between 40 % and 50 %)');
  });
});
