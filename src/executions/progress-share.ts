/** How far a report of progress says the task is, 0 to 1: a number, or `progress` or `percent` in it; null where it says nothing. */
export function progressShare(update: unknown): number | null {
  if (typeof update === 'number') return shareOf(update);
  if (typeof update !== 'object' || update === null) return null;
  const { progress, percent } = update as { progress?: unknown; percent?: unknown };
  if (typeof progress === 'number') return shareOf(progress);
  return typeof percent === 'number' && Number.isFinite(percent) ? clamp(percent / 100) : null;
}

/** Up to 1 it is a share, above that percent. */
function shareOf(number: number): number | null {
  return Number.isFinite(number) ? clamp(number <= 1 ? number : number / 100) : null;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
