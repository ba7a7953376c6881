import type { StoredProgress } from '../execution-store.ts';
import { progressShare } from '../progress-share.ts';

/** A report of progress as it is stored. */
export function storedProgress(update: unknown): StoredProgress {
  const share = progressShare(update);
  // As many digits as both databases give back the same.
  return { share: share === null ? null : Math.round(share * 10_000) / 10_000, report: JSON.stringify(update) ?? 'null' };
}
