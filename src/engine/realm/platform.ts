import { readClock, readClockSince } from './clock.ts';
import { freeze } from './intrinsics.ts';
import { liveRun, logsOf, run, send } from './run.ts';
import { serialise } from './serialise.ts';

const mostReports = 10_000;
const mostReportChars = 10_000;

/** Tells whoever watches the execution how far it is. Never throws: a report that is not JSON, too long or too many is left out. */
function reportProgress(update: unknown): void {
  const now = liveRun();
  if (now === null || logsOf(now).progressReports >= mostReports) return;
  try {
    const json = serialise(update, mostReportChars);
    if (typeof json !== 'string') return;
    logsOf(now).progressReports += 1;
    send('progress', json);
  } catch {
    // Progress is a courtesy; its getters may throw without ending the task.
  }
}

function makeProcess(): object {
  return freeze({
    env: freeze({}),
    argv: freeze([]),
    version: '',
    versions: freeze({}),
    platform: 'ratchet',
    pid: 0,
    cwd: () => '/',
    // Counted from the first look at a clock, as performance.now is, so that a replay sees the same.
    uptime: () => (run === null ? 0 : readClockSince(run) / 1000),
    hrtime: freeze(Object.assign(() => pair(readClock()), { bigint: () => BigInt(readClock()) * 1_000_000n })),
    nextTick: (callback: (...args: unknown[]) => unknown, ...args: unknown[]) =>
      (globalThis as unknown as { queueMicrotask(f: () => void): void }).queueMicrotask(() => callback(...args)),
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
  });
}

function pair(ms: number): [number, number] {
  return [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
}

let made: { [name: string]: unknown } | null = null;

export function platformGlobals(): { [name: string]: unknown } {
  made ??= { global: globalThis, self: globalThis, process: makeProcess(), reportProgress };
  return made;
}
