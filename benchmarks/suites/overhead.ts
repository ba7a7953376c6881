import { isolations } from '#engine/index.ts';
import { loadTask } from '#tasks/index.ts';
import { drive, type Driven } from '../drive.ts';
import type { BenchOptions } from '../options.ts';
import { median, rounded } from '../percentiles.ts';
import { bullmqSandbox, isRedisReachable } from '../subjects/bullmq.ts';
import { freshNode } from '../subjects/fresh-node.ts';
import { inProcess } from '../subjects/in-process.ts';
import { ratchet } from '../subjects/ratchet.ts';
import type { Skip, Subject } from '../subjects/subject.ts';
import { threadPool } from '../subjects/thread-pool.ts';
import { additionFolder, additionInput } from '../tasks/load.ts';

/** How calls come: one after the other, one with a pause before the next, eight or thirty-two at a time. */
const patterns = {
  depth1: { depth: 1 },
  paused: { depth: 1, pauseMs: 5 },
  depth8: { depth: 8 },
  depth32: { depth: 32 },
} as const;

export type Pattern = keyof typeof patterns;

export interface PatternFigures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  /** Processor time per execution: worker processes, and the process that asks. */
  readonly workerCpuMs: number;
  readonly hostCpuMs: number;
  /** 1000 / processor time: what one core that did nothing else would do in a second. */
  readonly perSecondPerWorkerCore: number;
  readonly perSecondPerCore: number;
}

export interface SubjectFigures {
  readonly subject: string;
  readonly kind: Subject['kind'];
  readonly level?: string | undefined;
  readonly workers: number;
  readonly patterns: Record<Pattern, PatternFigures>;
  /** Processor time per execution at depth 32, as a multiple of the in-process call's. */
  readonly cpuTimesInProcess: number;
}

/** What one execution of the addition task costs, subject by subject in every round. */
export async function measureOverhead(options: BenchOptions, skipped: Skip[], say: (line: string) => void): Promise<SubjectFigures[]> {
  const subjects = await startSubjects(skipped);
  const driven = new Map(subjects.map((subject) => [subject, new Map<Pattern, Driven[]>()]));
  try {
    for (const subject of subjects) {
      const answer = await subject.run(additionInput);
      if (answer !== '{"sum":15}') throw new Error(`${subject.name} answered ${answer}`);
      await drive(() => subject.run(additionInput), { depth: 4, forMs: options.warmUpMs });
    }
    for (let round = 1; round <= options.rounds; round++) {
      say(`  round ${round} of ${options.rounds}`);
      for (const pattern of Object.keys(patterns) as Pattern[]) {
        for (const subject of subjects) {
          const call = () => subject.run(additionInput);
          await drive(call, { ...patterns[pattern], forMs: options.rampUpMs });
          const figures = await drive(call, { ...patterns[pattern], forMs: options.sliceMs });
          const kept = driven.get(subject)!;
          kept.set(pattern, [...(kept.get(pattern) ?? []), figures]);
        }
      }
    }
  } finally {
    for (const subject of subjects) await subject.close();
  }
  const limit = driven.get(subjects.find(({ kind }) => kind === 'limit')!)!;
  const limitCpuMs = totalCpu(limit.get('depth32')!);
  return subjects.map((subject) => {
    const rounds = driven.get(subject)!;
    const figures = Object.fromEntries([...rounds].map(([pattern, all]) => [pattern, figuresOf(all)]));
    return {
      subject: subject.name,
      kind: subject.kind,
      level: subject.level,
      workers: subject.workers,
      patterns: figures as Record<Pattern, PatternFigures>,
      cpuTimesInProcess: rounded(totalCpu(rounds.get('depth32')!) / limitCpuMs),
    };
  });
}

async function startSubjects(skipped: Skip[]): Promise<Subject[]> {
  const task = await loadTask(additionFolder);
  const subjects = [inProcess(), freshNode()];
  for (const workers of [1, 2]) {
    for (const level of isolations) subjects.push(await ratchet(task, level, workers));
    subjects.push(threadPool(workers));
  }
  if (await isRedisReachable()) subjects.push(await bullmqSandbox(1), await bullmqSandbox(2));
  else skipped.push({ what: 'BullMQ sandboxed processor', why: 'no Redis answers on 127.0.0.1:6379' });
  return subjects;
}

function figuresOf(rounds: readonly Driven[]): PatternFigures {
  const of = (read: (driven: Driven) => number) => rounded(median(rounds.map(read)));
  return {
    p50Ms: of((d) => d.p50Ms),
    p99Ms: of((d) => d.p99Ms),
    perSecond: of((d) => d.perSecond),
    workerCpuMs: of((d) => d.workerCpuMs),
    hostCpuMs: of((d) => d.hostCpuMs),
    perSecondPerWorkerCore: of((d) => (d.workerCpuMs > 0 ? 1000 / d.workerCpuMs : 0)),
    perSecondPerCore: of((d) => 1000 / (d.workerCpuMs + d.hostCpuMs)),
  };
}

function totalCpu(rounds: readonly Driven[]): number {
  return median(rounds.map((d) => d.workerCpuMs + d.hostCpuMs));
}
