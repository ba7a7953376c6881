import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createMockedEffects, type Engine } from '#engine/index.ts';
import { createExecutions, type Executions } from '#executions/index.ts';
import { fuzzTask, type Finding } from '#fuzzing/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { readTestCases, runCase } from '#task-tests/index.ts';
import { kinds } from './pairs/index.ts';
import type { TaskPair } from './pairs/task-pair.ts';
import { taskOf, type Side } from './pair-task.ts';

/**
 * The promise is four bugs of five in ten seconds each. That is measured by hand, with RATCHET_FUZZ_SECONDS=10; here the number of runs is
 * fixed, so that a busy machine finds the same as an idle one.
 */
const secondsByHand = Number(process.env['RATCHET_FUZZ_SECONDS'] ?? 0);
const budget = secondsByHand > 0 ? { runs: 10_000_000, seconds: secondsByHand } : { runs: 1_000 };
const seed = Number(process.env['RATCHET_FUZZ_SEED'] ?? 1);
const runsOfCorrect = 150;
const patienceMs = 300_000 + 100 * 1_000 * secondsByHand;

const pairs = Object.values(kinds).flat();
const settings = settingsFrom({});
let engine: Engine;
let executions: Executions;

beforeAll(async () => {
  engine = await createEngine(settings);
  executions = createExecutions({
    engine,
    effects: createMockedEffects(settings, { mocks: [] }),
    settings,
    ids: uuidSource(systemClock),
    clock: systemClock,
  });
});
afterAll(() => engine.close());

it('there are four tasks of each of ten kinds of bugs', () => {
  expect(Object.values(kinds).map((list) => list.length)).toEqual(Array.from({ length: 10 }, () => 4));
  expect(new Set(pairs.map(({ name }) => name)).size).toBe(40);
});

describe.each(['planted', 'mended'] as const)('the %s tasks', (side) => {
  it('pass the tests their authors have written', async () => {
    const failed: string[] = [];
    for (const pair of pairs) {
      const task = await taskOf(pair, side);
      for (const test of readTestCases(task)) {
        const { report } =
          test.kind === 'case'
            ? await runCase({ executions, settings }, task, test, { timeoutMs: 10_000, signal: new AbortController().signal })
            : { report: { state: 'failed', failures: [{ message: test.message }] } };
        if (report.state !== 'passed') failed.push(`${pair.name} ${test.file}: ${report.failures.map(({ message }) => message).join()}`);
      }
    }
    expect(failed).toEqual([]);
  });
});

it('at least four of five planted bugs are found', { timeout: patienceMs }, async () => {
  const missed: string[] = [];
  for (const pair of pairs) {
    const startedMs = performance.now();
    const findings = await fuzz(pair, 'planted', 1);
    const isFound =
      findings.some((finding) => isPlanted(pair, finding)) || (await fuzz(pair, 'planted', 10)).some((finding) => isPlanted(pair, finding));
    if (!isFound) missed.push(pair.name);
    if (secondsByHand > 0)
      console.log(`${isFound ? 'found ' : 'MISSED'} ${pair.name} in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
  }
  expect(missed.length, `missed: ${missed.join(', ')}`).toBeLessThanOrEqual(8);
});

it('nothing is found in the same tasks without their bugs', { timeout: patienceMs }, async () => {
  const alarms: string[] = [];
  for (const pair of pairs) {
    for (const { title, message, input } of await fuzz(pair, 'mended', 10)) {
      alarms.push(`${pair.name}: ${title}: ${message} for ${JSON.stringify(input).slice(0, 200)}`);
    }
  }
  expect(alarms).toEqual([]);
});

async function fuzz(pair: TaskPair, side: Side, enough: number): Promise<readonly Finding[]> {
  const runs = secondsByHand > 0 || side === 'planted' ? budget : { runs: runsOfCorrect };
  const { findings } = await fuzzTask({ executions, settings }, { task: await taskOf(pair, side), seed, enough, ...runs });
  return findings;
}

function isPlanted({ shows }: TaskPair, { kind, errorClass }: Finding): boolean {
  return shows.some((show) => show.kind === kind && (show.errorClass === undefined || show.errorClass === errorClass));
}
