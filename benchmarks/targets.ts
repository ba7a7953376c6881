import { rounded } from './percentiles.ts';
import type { Results } from './results.ts';
import { judgeQueue } from './targets-queue.ts';

export interface Verdict {
  readonly target: string;
  /** What was measured, with its unit. */
  readonly figure: string;
  readonly isMet: boolean;
}

/** What this platform sets out to reach on a machine like this. A target without a figure is left out. */
export function verdicts(results: Omit<Results, 'targets'>): Verdict[] {
  const found: Verdict[] = [];
  const judge = (target: string, value: number | undefined, unit: string, isMet: (value: number) => boolean) => {
    if (value !== undefined && Number.isFinite(value)) found.push({ target, figure: `${value} ${unit}`, isMet: isMet(value) });
  };
  const patternsOf = (name: string) => results.overhead?.figures.find(({ level, workers }) => level === name && workers === 2)?.patterns;
  const rates = { fresh: 1_500, isolate: 500, warm: 15_000 };
  for (const [name, atLeast] of Object.entries(rates)) {
    const value = patternsOf(name)?.depth32.perSecondPerWorkerCore;
    judge(`${name}: at least ${atLeast} executions per second per core of a worker`, value, '/s', (v) => v >= atLeast);
  }
  judge('fresh: p50 below 0.7 ms with a realm ready', patternsOf('fresh')?.paused.p50Ms, 'ms', (v) => v < 0.7);
  judge('fresh: p99 below 5 ms with a realm ready', patternsOf('fresh')?.paused.p99Ms, 'ms', (v) => v < 5);
  judge('fresh: p99 below 5 ms back to back', patternsOf('fresh')?.depth1.p99Ms, 'ms', (v) => v < 5);
  for (const { node, command, medianMs } of results.coldStart?.figures ?? []) {
    if (command.includes('run-once')) judge(`run-once of the addition task below 400 ms (${node})`, medianMs, 'ms', (v) => v < 400);
  }
  const recording = results.recording?.figures ?? [];
  judge('recording takes at most 10 % of throughput', rounded(Math.max(...recording.map(({ share }) => share)) * 100), '%', (v) => v <= 10);
  const large = recording.filter(({ answerBytes }) => answerBytes >= 10_000);
  judge(
    'a recording in memory takes at most 1.2 times its payload, from 10 KB per answer',
    Math.max(...large.map((f) => f.memoryTimesPayload)),
    'times',
    (v) => v <= 1.2,
  );
  judge(
    'a recording in its file takes at most 1.2 times its payload, from 10 KB per answer',
    Math.max(...large.map((f) => f.fileTimesPayload)),
    'times',
    (v) => v <= 1.2,
  );
  const analysis = results.errorAnalysis?.figures;
  judge('at least 500,000 checks of a pattern per second of processor time', analysis?.checksPerCpuSecond, '/s', (v) => v >= 500_000);
  judge('an error report below 1 ms of processor time, without the database', analysis?.reportCpuMs, 'ms', (v) => v < 1);
  const memory = results.memory?.figures;
  judge('idle worker below 60 MB resident', memory?.workerStarted.rssMb, 'MB', (v) => v < 60);
  judge('idle worker below 60 MB resident, twenty seconds after its executions', memory?.idle.fresh.rssMb, 'MB', (v) => v < 60);
  const neighbours = results.neighbours?.figures;
  judge('p99 beside 32 hostile runs of known suspects at most 1.2 times that alone', neighbours?.knownP99Ratio, 'times', (v) => v <= 1.2);
  judge('no execution of a sane task fails beside them', neighbours?.saneFailed, 'failed', (v) => v === 0);
  judgeQueue(results, judge);
  return found;
}
