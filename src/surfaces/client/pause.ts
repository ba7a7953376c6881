const longestPauseMs = 10_000;

/** Milliseconds before something is tried again for the `attempt`th time, from 0: doubles, up to 10 s, and differs from one caller to the next. */
export function backoff(attempt: number, firstMs: number, random: () => number): number {
  const most = Math.min(firstMs * 2 ** attempt, longestPauseMs);
  return Math.round(most * (0.5 + random() / 2));
}

/** Waits. @throws the reason of the signal when it is aborted */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
