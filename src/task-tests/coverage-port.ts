import { z } from 'zod';
import type { Instruments } from '#engine/index.ts';
import type { Execution } from '#executions/index.ts';
import type { Task } from '#tasks/index.ts';

const Count = z.number().int().nonnegative();
const Place = z.object({ line: z.number().int(), column: z.number().int() });

/** What ran of one of the author's files. Lines and columns count from 1. */
export const FileCoverage = z.object({
  file: z.string().describe('Path inside the task.'),
  lines: z.object({
    total: Count.describe('Lines that hold code.'),
    covered: Count,
    uncovered: z.array(z.object({ from: z.number().int(), to: z.number().int() })).readonly(),
  }),
  branches: z.object({
    total: Count,
    covered: Count,
    uncovered: z.array(Place).readonly().describe('Where a branch begins that never ran.'),
  }),
  functions: z.object({ total: Count, covered: Count, uncovered: z.array(Place.extend({ name: z.string() })).readonly() }),
});
export type FileCoverage = z.infer<typeof FileCoverage>;

export const CoverageReport = z.object({ files: z.array(FileCoverage).readonly() });
export type CoverageReport = z.infer<typeof CoverageReport>;

/** Gathers what ran of one task over many executions. */
export interface CoverageCollector {
  /** What executions have to be run with. */
  instruments(): Instruments;
  add(execution: Execution, task: Task): void;
  /** Null when no execution could tell, as on a Node without an inspector. */
  report(): CoverageReport | null;
}
