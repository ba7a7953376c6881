import { z } from 'zod';
import { isolations } from '#engine/index.ts';
import { Change } from './compare-blocks.ts';
import { Summary } from './summary.ts';

/** Under which conditions something was measured: only measurements under the same ones can be compared. */
export const Conditions = z.object({
  task: z.object({
    uuid: z.string(),
    name: z.string(),
    label: z.string(),
    version: z.string(),
    hash: z.string().describe('Of the content of all files.'),
  }),
  inputHash: z.string().describe('SHA-256 of the input as JSON, its fields in the order of their names.'),
  test: z.string().nullable().describe('The test whose mocks answered requests; null when requests were live.'),
  isolation: z.enum(isolations),
  concurrency: z.number().int().describe('Executions at once.'),
  machine: z.object({
    cpu: z.string(),
    cores: z.number().int(),
    system: z.string().describe('Operating system and architecture.'),
    node: z.string(),
    ratchet: z.string(),
  }),
});
export type Conditions = z.infer<typeof Conditions>;

/** Block medians of the quantities that are compared. */
export const Blocks = z.object({ wallMs: z.array(z.number()), cpuMs: z.array(z.number()) });
export type Blocks = z.infer<typeof Blocks>;

/** What was measured. */
export const Measurement = z.object({
  measuredAt: z.number().describe('Milliseconds since 1970 UTC.'),
  conditions: Conditions,
  runs: z.number().int().describe('Those for warming up not counted.'),
  warmup: z.number().int(),
  elapsedMs: z.number().describe('Warming up not counted.'),
  perSecond: z.number().describe('Runs per second, all places together.'),
  firstMs: z.number().describe('The very first run, with the start of a worker in it.'),
  wallMs: Summary.describe('From start to answer, waiting for a worker not counted.'),
  cpuMs: Summary.describe("Processor time of the task's thread."),
  waitedMs: Summary.describe('Waiting for a worker.'),
  heapBytes: Summary.describe('JavaScript heap at the end of a run.'),
  shape: z.array(z.number()).describe('Wall-clock time as bars from the least to the 99th percentile, the fullest 1.'),
  requestsPerRun: z.number(),
  hosts: z.array(z.string()).describe('Where live requests of the first run went.'),
  failures: z.array(z.object({ code: z.string(), count: z.number().int(), message: z.string().describe('Of the first one.') })),
  blocks: Blocks.describe('Medians of neighbouring runs, for comparisons.'),
});
export type Measurement = z.infer<typeof Measurement>;

/** How a measurement compares to an earlier one. */
export const Comparison = z.object({
  path: z.string(),
  measuredAt: z.number(),
  version: z.string().describe('Of the task then.'),
  wallMs: Change,
  cpuMs: Change,
  before: z.object({ wallMs: Summary, cpuMs: Summary, perSecond: z.number() }),
  notes: z.array(z.string()).describe('What else was different: the machine, versions.'),
});
export type Comparison = z.infer<typeof Comparison>;

export const BenchReport = z.object({
  state: z.enum(['measured', 'stopped']).describe('stopped: it was interrupted, and this is what there was until then.'),
  measurement: Measurement,
  comparison: Comparison.nullable(),
  saved: z.string().nullable().describe('The file the baseline was written to.'),
});
export type BenchReport = z.infer<typeof BenchReport>;
