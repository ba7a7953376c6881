import { progressShare } from '#executions/index.ts';

/** What a task reports as progress, for people: a number, `{progress, step, message}`, or anything else. `share` is 0 to 1. */
export function progressOf(update: unknown): { share: number | null; text: string } {
  const share = progressShare(update);
  if (typeof update === 'number') return { share, text: '' };
  if (typeof update !== 'object' || update === null || Array.isArray(update)) return { share: null, text: shortJson(update) };
  const { step, message } = update as Record<string, unknown>;
  const words = [step, message].filter((part): part is string => typeof part === 'string' && part !== '');
  return { share, text: words.length > 0 || share !== null ? words.join(': ') : shortJson(update) };
}

function shortJson(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 200);
}
