import type { machine } from './machine.ts';
import type { ColdStart } from './suites/cold-start.ts';
import type { ErrorAnalysisFigures } from './suites/error-analysis.ts';
import type { FetchFigures } from './suites/fetch.ts';
import type { MemoryFigures } from './suites/memory.ts';
import type { NeighbourFigures } from './suites/neighbours.ts';
import type { RecordingFigures } from './suites/recording.ts';
import type { SubjectFigures } from './suites/overhead.ts';
import type { AddToStartFigures } from './suites/queue/add-to-start.ts';
import type { ClaimCostFigures } from './suites/queue/claim-cost.ts';
import type { EndToEndFigures } from './suites/queue/end-to-end.ts';
import type { IdleFigures } from './suites/queue/idle.ts';
import type { ListFigures } from './suites/queue/list-page.ts';
import type { LoadedLatencyFigures } from './suites/queue/loaded-latency.ts';
import type { PostRateFigures } from './suites/queue/post-rate.ts';
import type { ReadyFigures } from './suites/queue/ready.ts';
import type { ScheduleFigures } from './suites/schedules.ts';
import type { SurfaceCall } from './suites/surfaces/calls.ts';
import type { FanOutFigures } from './suites/surfaces/fan-out.ts';
import type { Skip } from './subjects/subject.ts';
import type { Verdict } from './targets.ts';

/** One part of the benchmark with where the machine stood while it ran. */
export interface Part<Figures> {
  /** RFC 3339. */
  readonly date: string;
  /** Part of the processors that something else used just before, 0 to 1. */
  readonly busyBefore: number;
  readonly figures: Figures;
}

/** `results.json`. Times in milliseconds, sizes in MB; every figure is the median over the rounds. */
export interface Results {
  readonly date: string;
  readonly isQuick: boolean;
  readonly rounds: number;
  readonly sliceMs: number;
  readonly rampUpMs: number;
  /** The same of the parts that start servers. */
  readonly serverRounds?: number;
  readonly loadMs?: number;
  readonly machine: ReturnType<typeof machine>;
  readonly versions: Record<string, string>;
  /** How the operating system confines the workers. */
  readonly confinement: string;
  readonly overhead?: Part<SubjectFigures[]>;
  readonly fetch?: Part<FetchFigures[]>;
  readonly recording?: Part<RecordingFigures[]>;
  readonly errorAnalysis?: Part<ErrorAnalysisFigures>;
  readonly coldStart?: Part<ColdStart[]>;
  readonly memory?: Part<MemoryFigures>;
  readonly neighbours?: Part<NeighbourFigures>;
  readonly postRate?: Part<PostRateFigures>;
  readonly endToEnd?: Part<EndToEndFigures>;
  readonly loadedLatency?: Part<LoadedLatencyFigures>;
  readonly addToStart?: Part<AddToStartFigures>;
  readonly claimCost?: Part<ClaimCostFigures>;
  readonly listPage?: Part<ListFigures>;
  readonly schedules?: Part<ScheduleFigures>;
  readonly surfaces?: Part<readonly SurfaceCall[]>;
  readonly fanOut?: Part<FanOutFigures>;
  readonly idle?: Part<IdleFigures>;
  readonly ready?: Part<ReadyFigures>;
  readonly skipped: readonly Skip[];
  readonly targets: readonly Verdict[];
}
