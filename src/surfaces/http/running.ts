import type { ServerResponse } from 'node:http';

/** One request that is being answered. */
export interface Running {
  /** Aborted when nobody waits any more: the client went away, time was up, or the server gives up on it. */
  readonly signal: AbortSignal;
  /** Call it when the answer is there. @returns whether time was up before */
  finish(): boolean;
}

export interface RunningRequests {
  /**
   * @param onLate called once when the answer took too long; not for streams, which have no limit
   * @param outlivesClient whether it goes on when the client went away: for what is kept for a client that comes back
   */
  begin(response: ServerResponse, onLate?: () => void, outlivesClient?: boolean): Running;
  readonly count: number;
  /** Tells everything under way to stop. */
  abortAll(reason: Error): void;
}

/** Keeps count of the requests under way, so that each can be given up: by its client, its time limit or the end of the server. */
export function createRunningRequests(timeoutMs: number): RunningRequests {
  const controllers = new Set<AbortController>();
  return {
    begin(response, onLate, outlivesClient = false) {
      const controller = new AbortController();
      controllers.add(controller);
      let isLate = false;
      const timer =
        onLate &&
        setTimeout(() => {
          isLate = true;
          controllers.delete(controller);
          controller.abort(new Error('the answer took too long'));
          onLate();
        }, timeoutMs);
      response.once('close', () => {
        if (outlivesClient) return;
        clearTimeout(timer);
        if (controllers.delete(controller) && !response.writableFinished) controller.abort(new Error('the client went away'));
      });
      return {
        signal: controller.signal,
        finish() {
          clearTimeout(timer);
          controllers.delete(controller);
          return isLate;
        },
      };
    },
    get count() {
      return controllers.size;
    },
    abortAll(reason) {
      for (const controller of controllers) controller.abort(reason);
      controllers.clear();
    },
  };
}
