import { showTaskOperation, type listTasksOperation } from '#tasks/catalogue/operations.ts';
import type { z } from 'zod';
import type { ToolContext } from '../../offer.ts';
import { inParallel } from '../in-parallel.ts';

export type ListedTask = z.output<typeof listTasksOperation.output>['items'][number];

/** What lists of tasks leave out and a model chooses by. */
export interface TaskDetails {
  readonly tags: readonly string[];
  readonly inputSchema: Readonly<Record<string, unknown>> | null;
  readonly outputSchema: Readonly<Record<string, unknown>> | null;
}

const mostKept = 1_000;
const nothing: TaskDetails = { tags: [], inputSchema: null, outputSchema: null };

/** Reads details of tasks, each once for every change of the task. */
export interface TaskDetailsReader {
  readonly of: (tasks: readonly ListedTask[], context: Pick<ToolContext, 'ask' | 'signal'>) => Promise<TaskDetails[]>;
}

export function createTaskDetails(): TaskDetailsReader {
  const kept = new Map<string, TaskDetails>();
  const read = async (task: ListedTask, { ask, signal }: Pick<ToolContext, 'ask' | 'signal'>): Promise<TaskDetails> => {
    const key = `${task.uuid} ${task.version} ${task.updatedAt}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const shown = await ask.call(showTaskOperation, { id: task.uuid }, { signal }).catch((caught: unknown) => {
      // Removed since it was listed, or its version has gone.
      if (/^TASK_(?:VERSION_)?NOT_FOUND$/.test(String((caught as { code?: unknown }).code))) return null;
      throw caught;
    });
    if (shown === null) return nothing;
    const { tags } = shown.metadata;
    const details = {
      tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
      inputSchema: shown.inputSchema,
      outputSchema: shown.outputSchema,
    };
    kept.set(key, details);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return details;
  };
  return { of: (tasks, context) => inParallel(tasks, (task) => read(task, context)) };
}
