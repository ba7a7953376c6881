import { z } from 'zod';
import { DurationMs, TaskRef } from '../job-request.ts';

export const mostRequests = 100;

export const executionModes = ['parallel', 'sequential', 'dependency', 'priority_dependency'] as const;
export type ExecutionMode = (typeof executionModes)[number];

const Id = z.string().min(1).max(100);

const Timeout = DurationMs.pipe(z.number().int().min(1).max(86_400_000));

/** One run of a batch. */
export const BatchItem = z.object({
  id: Id.describe('Names the request within the batch'),
  taskId: TaskRef,
  version: z.string().min(1).max(100).nullish().describe('Version of the task; the current one otherwise'),
  input: z.unknown().default({}).describe('Input as JSON'),
  dependencies: z
    .array(Id)
    .max(mostRequests)
    .default([])
    .describe('Ids of requests that have to complete before; only for the modes that know them'),
  timeoutMs: Timeout.nullish().describe('Longest time from when it may start, waiting for a worker included: milliseconds, or 30s'),
  priority: z
    .number()
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .default(0)
    .describe('Of those that may start, the highest does first; for priority_dependency'),
});
export type BatchItem = z.output<typeof BatchItem>;

/** What a batch is asked with, in order. */
export const BatchRequest = z
  .object({
    requests: z.array(BatchItem).min(1).max(mostRequests).describe('What to run, each with an id of its own'),
    executionMode: z
      .string()
      .transform((said) =>
        said
          .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
          .replaceAll('-', '_')
          .toLowerCase(),
      )
      .pipe(z.enum(executionModes))
      .default('parallel')
      .describe('parallel, sequential, dependency, or priority_dependency'),
    maxParallel: z.number().int().min(1).max(mostRequests).default(10).describe('How many run at once'),
    timeoutMs: Timeout.default(300_000).describe('Longest time of the whole batch; what still runs then is cancelled'),
    stopOnError: z.boolean().default(false).describe('Start nothing more once one has failed, and cancel what runs'),
    correlationToken: z.string().max(500).nullish().describe('Comes back with the answer'),
  })
  .superRefine(({ requests, executionMode }, context) => {
    const complain = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['requests', ...path], message });
    const ids = new Map<string, number>();
    for (const [index, { id }] of requests.entries()) {
      if (ids.has(id)) complain([index, 'id'], `is ${JSON.stringify(id)}, as that of request ${ids.get(id)}`);
      ids.set(id, index);
    }
    const knowsDependencies = executionMode === 'dependency' || executionMode === 'priority_dependency';
    for (const [index, { dependencies }] of requests.entries()) {
      if (dependencies.length > 0 && !knowsDependencies)
        complain([index, 'dependencies'], `are for the modes dependency and priority_dependency, and this one is ${executionMode}`);
      const unknown = dependencies.find((one) => !ids.has(one));
      if (unknown !== undefined) complain([index, 'dependencies'], `name ${JSON.stringify(unknown)}, which is no request of the batch`);
    }
    const circle = circleIn(requests);
    if (circle !== null) complain([ids.get(circle[0]!)!, 'dependencies'], `lead back to themselves: ${circle.join(' needs ')}`);
  });
export type BatchRequest = z.output<typeof BatchRequest>;

/** Ids that need each other in a circle, the first one again at the end; null where there is none. */
export function circleIn(requests: readonly Pick<BatchItem, 'id' | 'dependencies'>[]): string[] | null {
  const needs = new Map(requests.map(({ id, dependencies }) => [id, dependencies]));
  const isDone = new Set<string>();
  const walk = (id: string, way: readonly string[]): string[] | null => {
    const at = way.indexOf(id);
    if (at >= 0) return [...way.slice(at), id];
    if (isDone.has(id)) return null;
    for (const next of needs.get(id) ?? []) {
      const circle = walk(next, [...way, id]);
      if (circle !== null) return circle;
    }
    isDone.add(id);
    return null;
  };
  for (const { id } of requests) {
    const circle = walk(id, []);
    if (circle !== null) return circle;
  }
  return null;
}
