import { parseArgs } from 'node:util';

/** How much is measured. Full is for figures; quick only proves that everything still runs. */
export interface BenchOptions {
  readonly isQuick: boolean;
  /** Write `results.json`. */
  readonly writes: boolean;
  /** Suites to run; empty for all. */
  readonly only: readonly string[];
  /** Every subject is measured once per round, in turn, so that a disturbance hits all alike. */
  readonly rounds: number;
  /** One measurement of one subject. */
  readonly sliceMs: number;
  /** The same load before each measurement, uncounted: what had been idle is awake again. */
  readonly rampUpMs: number;
  readonly warmUpMs: number;
  /** Rounds of the parts that start servers, which take longer. */
  readonly serverRounds: number;
  /** One load on one server. */
  readonly loadMs: number;
  /** How long a server is watched that has nothing to do. */
  readonly idleMs: number;
  /** Rows of the largest table. */
  readonly mostRows: number;
}

/** In the order in which they run. What starts processes comes first: it must not share the machine with pools that wait. */
export const partNames = [
  'memory',
  'cold-start',
  'ready',
  'idle',
  'post-rate',
  'end-to-end',
  'loaded-latency',
  'add-to-start',
  'claim-cost',
  'list-page',
  'schedules',
  'surfaces',
  'fan-out',
  'fetch',
  'neighbours',
  'recording',
  'error-analysis',
  'overhead',
] as const;
export type PartName = (typeof partNames)[number];

export const usage = `Usage: node benchmarks/run.ts [--quick] [--no-write] [--only ${partNames.join(',')}]

  --quick      a fraction of a second each: shows that it works, the figures mean little
  --no-write   leave benchmarks/results.json alone
  --only       these parts; the others keep their figures in results.json`;

export function benchOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      'no-write': { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const isQuick = values.quick;
  return {
    isQuick,
    writes: !values['no-write'],
    only: values.only.split(',').filter((name) => name !== ''),
    rounds: isQuick ? 1 : 5,
    sliceMs: isQuick ? 200 : 1_000,
    rampUpMs: isQuick ? 50 : 300,
    warmUpMs: isQuick ? 150 : 1_000,
    serverRounds: isQuick ? 1 : 3,
    loadMs: isQuick ? 500 : 4_000,
    idleMs: isQuick ? 5_000 : 300_000,
    mostRows: isQuick ? 20_000 : 1_000_000,
  };
}
