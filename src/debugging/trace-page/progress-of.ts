/** What a task reports as progress, for people: a number, `{progress, step, message}`, or anything else. `share` is 0 to 1. */
export function progressOf(update: unknown): { share: number | null; text: string } {
  if (typeof update === 'number') return { share: shareOf(update), text: '' };
  if (typeof update !== 'object' || update === null || Array.isArray(update)) return { share: null, text: shortJson(update) };
  const { progress, percent, step, message } = update as Record<string, unknown>;
  const share = typeof progress === 'number' ? shareOf(progress) : typeof percent === 'number' ? clamp(percent / 100) : null;
  const words = [step, message].filter((part): part is string => typeof part === 'string' && part !== '');
  return { share, text: words.length > 0 || share !== null ? words.join(': ') : shortJson(update) };
}

/** Up to 1 it is a share, above that percent. */
function shareOf(number: number): number | null {
  return Number.isFinite(number) ? clamp(number <= 1 ? number : number / 100) : null;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function shortJson(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 200);
}
