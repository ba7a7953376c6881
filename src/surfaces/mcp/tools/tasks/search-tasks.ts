import { listTasksOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { pageOf } from '../pages.ts';
import { shownRow, TaskRow } from './list-tasks.ts';
import type { ListedTask, TaskDetailsReader } from './task-details.ts';

const mostLookedAt = 1_000;

export const searchTasks = (details: TaskDetailsReader) =>
  defineTool({
    name: 'ratchet_search_tasks',
    title: 'Search tasks',
    description: 'Find tasks by words in name, description and tags, best first, with schemas: all that ratchet_execute_task needs.',
    kind: 'monitor',
    hints: reads,
    input: z.object({ query: z.string().min(1).max(500), limit: z.number().int().min(1).max(50).default(5) }),
    output: z.object({
      tasks: z.array(TaskRow.extend({ score: z.number() })),
      total_found: z.number().int(),
      searched: z.number().int().describe('Tasks that were looked at'),
    }),
    async run({ query, limit }, context) {
      const { items } = await pageOf<ListedTask>(
        {
          tool: 'ratchet_search_tasks',
          page: 0,
          limit: mostLookedAt,
          taskOf: ({ name }) => name,
          fetch: (offset, most) => context.ask.call(listTasksOperation, { offset, limit: most }, { signal: context.signal }),
        },
        context,
      );
      const all = await details.of(items, context);
      const words = wordsOf(query);
      const found = items
        .map((task, index) => ({ task, details: all[index]!, score: scoreOf(words, task, all[index]!.tags) }))
        .filter(({ score }) => score > 0)
        .toSorted((a, b) => b.score - a.score || (a.task.name < b.task.name ? -1 : 1));
      return {
        answer: {
          tasks: found.slice(0, limit).map(({ task, details: known, score }) => ({ ...shownRow(task, known, true), score })),
          total_found: found.length,
          searched: items.length,
        },
      };
    },
  });

/** Small words that stand in any description. */
const passedOver = new Set(['a', 'an', 'and', 'for', 'from', 'in', 'of', 'on', 'or', 'task', 'that', 'the', 'to', 'with']);

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !passedOver.has(word));
  return telling.length > 0 ? telling : words;
}

/** Each word counts where it weighs most: name 8, label and tags 5, description 2; half for the beginning of a longer word. */
function scoreOf(words: readonly string[], { name, label, description }: ListedTask, tags: readonly string[]): number {
  const fields = [
    { weight: 8, words: wordsOf(name) },
    { weight: 5, words: wordsOf([label, ...tags].join(' ')) },
    { weight: 2, words: wordsOf(description) },
  ];
  return words.reduce((sum, word) => sum + Math.max(...fields.map((field) => field.weight * nearness(word, field.words))), 0);
}

function nearness(word: string, among: readonly string[]): number {
  const stem = stemOf(word);
  if (among.includes(word)) return 1;
  if (among.some((one) => stemOf(one) === stem)) return 0.9;
  return word.length >= 3 && among.some((one) => one.startsWith(stem) || one.includes(word)) ? 0.5 : 0;
}

/** `adds`, `adding` and `add` are one word; good enough to search by. */
function stemOf(word: string): string {
  return word.length <= 4 ? word.replace(/s$/, '') : word.replace(/(?:ing|ies|es|ed|s)$/, '');
}
