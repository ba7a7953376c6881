import type { machine } from './machine.ts';
import type { ColdStart } from './suites/cold-start.ts';
import type { FetchFigures } from './suites/fetch.ts';
import type { MemoryFigures } from './suites/memory.ts';
import type { NeighbourFigures } from './suites/neighbours.ts';
import type { RecordingFigures } from './suites/recording.ts';
import type { SubjectFigures } from './suites/overhead.ts';
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
  readonly machine: ReturnType<typeof machine>;
  readonly versions: Record<string, string>;
  /** How the operating system confines the workers. */
  readonly confinement: string;
  readonly overhead?: Part<SubjectFigures[]>;
  readonly fetch?: Part<FetchFigures[]>;
  readonly recording?: Part<RecordingFigures[]>;
  readonly coldStart?: Part<ColdStart[]>;
  readonly memory?: Part<MemoryFigures>;
  readonly neighbours?: Part<NeighbourFigures>;
  readonly skipped: readonly Skip[];
  readonly targets: readonly Verdict[];
}
