import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExecutionEffects, Isolation, LimitWishes, Program, RunResult } from '#engine/index.ts';
import { programOf } from '#testing/code-program.ts';
import { engineOf, type TestEngine } from '#testing/engine-of.ts';
import { probeSource } from './realm-probe.ts';
import { childrenOf, survivors } from './processes.ts';

/** What came of an attack. */
export interface Seen {
  readonly result: RunResult;
  /** The error's code; `none` when the attack ended with an output. */
  readonly code: string;
  /** The error's message, or ''. */
  readonly message: string;
  /** The output as a value, or undefined. */
  readonly output: unknown;
  readonly logs: readonly { level: string; message: string }[];
  readonly progress: readonly unknown[];
  /** How far the host's resident memory rose above where it was, in MB. */
  readonly hostGrowthMb: number;
}

export interface Attack {
  readonly name: string;
  /** Body of a function that returns the hostile callable. Runs only in the attacking execution, so that the same program can be run in peace afterwards. */
  readonly code?: string;
  /** A whole program instead, hostile from its first line; only other programs are run afterwards. */
  readonly program?: Program;
  /** A function is called when the attack begins, for what is not known before. */
  readonly input?: unknown;
  readonly limits?: LimitWishes;
  readonly isolation?: Isolation;
  readonly effects?: () => ExecutionEffects;
  /** Codes it may end with (`none`: an output), or a check of everything that was seen. */
  readonly expect: readonly string[] | ((seen: Seen) => void);
  /** It takes its worker down: executions that share the worker may end with WORKER_CRASHED. */
  readonly crashes?: boolean;
  /** Longest the host's event loop may stand still, in ms. */
  readonly stallMs?: number;
}

const tight: LimitWishes = { cpuMs: 300, wallMs: 1_500, memoryMb: 64 };
/** Over its wall-clock limit by this much at most: the host gives a worker 500 ms, the rest is for a machine that is busy. */
const graceMs = 1_500;
const stallMs = 500;
const hostGrowthMb = 300;

const sane = programOf('return (input) => ({ sum: input.a + input.b, keys: Object.keys(globalThis).length })');
const calm = programOf(`${probeSource}\nreturn () => probe()`);

let test: TestEngine;
let untouched: string;

beforeAll(async () => {
  test = await engineOf();
  untouched = (await test.run(calm)).outcome.output!;
  expect(untouched).toContain('Object.prototype');
});

afterAll(async () => {
  const workers = childrenOf(process.pid);
  await test.engine.close();
  expect(await survivors(workers), 'worker processes after the engine has closed').toEqual([]);
});

/**
 * Runs an attack in a real engine while sane executions run beside it, and checks that it is contained: it ends as expected within its
 * limits, the host neither stalls nor swells, neighbours are right, and the next executions see nothing of it.
 */
export function attack(spec: Attack): void {
  it(spec.name, async () => {
    const program = spec.program ?? programOf(peaceable(spec.code!));
    const limits = { ...tight, ...spec.limits };
    const host = watchHost();
    const neighbours = runNeighbours(spec.crashes === true);
    const seen = await run(program, spec, limits, () => host.growthMb());
    await neighbours.stop();
    const { stalledMs } = host.stop();

    if (typeof spec.expect === 'function') spec.expect(seen);
    else expect(spec.expect, `${seen.code}: ${seen.message || seen.result.outcome.output?.slice(0, 300)}`).toContain(seen.code);
    const { wallMs, waitedMs } = seen.result.cost;
    expect(wallMs - waitedMs, 'ms until the attack had ended').toBeLessThan(limits.wallMs! + graceMs);
    expect(stalledMs, 'ms in which the event loop of the host stood still').toBeLessThan(spec.stallMs ?? stallMs);
    expect(seen.hostGrowthMb, 'MB by which the host grew').toBeLessThan(hostGrowthMb);

    for (let i = 0; i < 2 && !spec.program; i++) {
      const next = await test.run(program, { input: { harmless: true }, isolation: spec.isolation ?? 'fresh' });
      expect(next.outcome.error, 'the next execution of the same program').toBeNull();
      if (spec.isolation !== 'warm') expect(next.outcome.output, 'traces of the attack in the next execution').toBe(untouched);
    }
    expect((await test.run(calm)).outcome.output, 'traces of the attack in another program').toBe(untouched);
    expect((await test.run(sane, { input: { a: 20, b: 22 } })).outcome.output).toBe('{"sum":42,"keys":0}');
  });
}

function peaceable(code: string): string {
  return `${probeSource}
const attackOf = () => {\n${code}\n};
return (input, context) => input.harmless === true ? probe() : attackOf()(input, context);`;
}

async function run(program: Program, spec: Attack, limits: LimitWishes, growthMb: () => number): Promise<Seen> {
  const logs: Seen['logs'][number][] = [];
  const progress: unknown[] = [];
  const result = await test.run(program, {
    input: typeof spec.input === 'function' ? (spec.input as () => unknown)() : (spec.input ?? {}),
    limits,
    isolation: spec.isolation ?? 'fresh',
    ...(spec.effects ? { effects: spec.effects() } : {}),
    onLog: (line) => logs.push(line),
    onProgress: (update) => progress.push(update),
  });
  const { outcome } = result;
  return {
    result,
    code: outcome.error?.code ?? 'none',
    message: outcome.error?.message ?? '',
    output: outcome.output === null ? undefined : JSON.parse(outcome.output),
    logs,
    progress,
    hostGrowthMb: growthMb(),
  };
}

/** Sane executions, two at a time, until they are told to stop. */
function runNeighbours(mayCrash: boolean): { stop(): Promise<void> } {
  const until = new AbortController();
  const wrong: string[] = [];
  const lane = async (offset: number) => {
    for (let a = offset; !until.signal.aborted; a++) {
      const { outcome } = await test.run(sane, { input: { a, b: 1 } });
      const isForgiven = mayCrash && outcome.error?.code === 'WORKER_CRASHED';
      if (outcome.output !== `{"sum":${a + 1},"keys":0}` && !isForgiven) wrong.push(outcome.output ?? String(outcome.error));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const lanes = [lane(0), lane(1_000_000)];
  return {
    async stop() {
      until.abort();
      await Promise.all(lanes);
      expect(wrong, 'sane executions beside the attack').toEqual([]);
    },
  };
}

function watchHost(): { growthMb(): number; stop(): { stalledMs: number } } {
  const everyMs = 10;
  const before = process.memoryUsage.rss();
  let last = performance.now();
  let stalledMs = 0;
  let most = 0;
  const look = () => {
    const now = performance.now();
    stalledMs = Math.max(stalledMs, now - last - everyMs);
    last = now;
    most = Math.max(most, process.memoryUsage.rss() - before);
  };
  const timer = setInterval(look, everyMs);
  return {
    growthMb: () => Math.round(most / 1_048_576),
    stop() {
      look();
      clearInterval(timer);
      return { stalledMs };
    },
  };
}
