import type { Clock } from '#kernel/index.ts';
import type { StorageRefusal } from './database.ts';

export interface RefusalGate {
  /** Why work is refused, or null. Looks whether the reason is gone, at most once a second. */
  current(): StorageRefusal | null;
  refuse(reason: StorageRefusal['reason'], detail: string): void;
  /** Something was written, so nothing is in the way. */
  accept(): void;
}

/** How long a refusal stands before somebody looks again whether its reason is gone. */
const probeEveryMs = 1_000;

/**
 * Remembers that a database cannot take work. @param probe tries something cheap that needs what was missing; answers true when it worked,
 * and may answer later
 */
export function createRefusalGate(clock: Clock, probe: () => boolean | Promise<boolean>): RefusalGate {
  let refusal: StorageRefusal | null = null;
  let probedAt = 0;
  let isProbing = false;
  const accept = () => {
    refusal = null;
  };
  return {
    accept,
    refuse(reason, detail) {
      refusal = { reason, detail, since: refusal?.reason === reason ? refusal.since : clock.now() };
      probedAt = clock.monotonic();
    },
    current() {
      if (refusal === null || isProbing || clock.monotonic() - probedAt < probeEveryMs) return refusal;
      probedAt = clock.monotonic();
      const found = probe();
      if (typeof found === 'boolean') {
        if (found) accept();
        return refusal;
      }
      isProbing = true;
      void found
        .then((isGone) => {
          if (isGone) accept();
        })
        .finally(() => {
          isProbing = false;
        });
      return refusal;
    },
  };
}
