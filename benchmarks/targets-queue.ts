import { rounded } from './percentiles.ts';
import type { Results } from './results.ts';

type Judge = (target: string, value: number | undefined, unit: string, isMet: (value: number) => boolean) => void;

/** What the queue and the server set out to reach, most of it as ratios within one run. */
export function judgeQueue(results: Omit<Results, 'targets'>, judge: Judge): void {
  const ofRatchet =
    (level: string, storage = 'SQLite') =>
    (one: { readonly subject: string; readonly storage: string }) =>
      one.subject === `Ratchet ${level}` && one.storage.startsWith(storage);
  const endToEnd = results.endToEnd?.figures.subjects;
  for (const [level, times] of [
    ['fresh', 1.5],
    ['warm', 5],
  ] as const) {
    const found = endToEnd?.find(ofRatchet(level));
    for (const [flushed, value] of [
      ['always', found?.timesAlways],
      ['everysec', found?.timesEverysec],
    ] as const) {
      judge(
        `${level}: end to end at least ${times} times BullMQ's sandboxed processor, append-only ${flushed}`,
        known(value),
        'times',
        (v) => v >= times,
      );
    }
  }
  const loaded = results.loadedLatency?.figures.subjects;
  for (const level of ['fresh', 'warm']) {
    const found = loaded?.find(ofRatchet(level));
    judge(`${level}: p50 below 10 ms at the full rate of BullMQ`, found?.p50Ms, 'ms', (v) => v < 10);
    judge(`${level}: p99 below 30 ms at the full rate of BullMQ`, found?.p99Ms, 'ms', (v) => v < 30);
  }
  const idleStart = results.addToStart?.figures.subjects.find(ofRatchet('fresh'))?.idle;
  judge('idle: a job starts within 2 ms (p50)', idleStart?.startP50Ms, 'ms', (v) => v < 2);
  judge('idle: a job starts within 8 ms (p99)', idleStart?.startP99Ms, 'ms', (v) => v < 8);
  const posts = results.postRate?.figures.subjects.find(ofRatchet('fresh'))?.at[100].perSecond;
  judge('at least 15000 jobs taken per second at 100 connections', posts, '/s', (v) => v >= 15_000);
  const claims = results.claimCost?.figures;
  judge('cost of a claim of one flat within 20 % from a thousand rows to two millions', claims?.spreadOne, 'times', (v) => v <= 1.2);
  judge(
    'cost of a claim of a hundred flat within 20 % from a thousand rows to two millions',
    claims?.spreadOfHundred,
    'times',
    (v) => v <= 1.2,
  );
  const idle = results.idle?.figures;
  judge('idle server below 1 % of a core', idle && rounded(idle.cpuShare * 100), '%', (v) => v < 1);
  judge('idle server with its workers below 150 MB (PSS)', idle?.familyPssMb, 'MB', (v) => v < 150);
  const schedules = results.schedules?.figures;
  judge(
    'ten thousand schedules cost below 0.2 % of a core while idle',
    schedules && rounded((schedules.idleShareWith - schedules.idleShareWithout) * 100),
    '%',
    (v) => v < 0.2,
  );
  const ready = results.ready?.figures;
  judge('ready below 1 s with 100 tasks, first start', ready?.firstMs, 'ms', (v) => v < 1_000);
  judge('ready below 1 s with 100 tasks, next start', ready?.againMs, 'ms', (v) => v < 1_000);
}

/** 0 stands for what could not be measured, such as a ratio to a peer that is not here. */
function known(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}
