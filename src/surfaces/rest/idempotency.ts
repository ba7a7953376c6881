import { createHash } from 'node:crypto';
import { idempotencyKeyReused, type Caller } from '#kernel/index.ts';
import { idempotencyKeyBusy, idempotencyKeyInvalid } from './errors.ts';

/** An answer that is given again to whoever repeats the request. */
export interface KeptAnswer {
  /** Of the request, so that another one under the same key is noticed. */
  readonly fingerprint: string;
  readonly status: number;
  /** JSON, empty for an answer without a body. */
  readonly body: string;
  readonly location: string | null;
}

/** Keeps answers by the `Idempotency-Key` of their request, for as long as the keeper decides; a day is usual. */
export interface IdempotencyStore {
  /** @param scope names caller and operation: keys of others mean nothing here */
  find(scope: string, key: string): Promise<KeptAnswer | null>;
  keep(scope: string, key: string, answer: KeptAnswer): Promise<void>;
}

export type GivenAnswer = Omit<KeptAnswer, 'fingerprint'>;

export interface Once {
  /**
   * Runs what has not been run under this key yet, else gives the first answer again.
   * @throws IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_BUSY while the first runs, IDEMPOTENCY_KEY_REUSED for another request
   */
  run(request: OnceRequest, work: () => Promise<GivenAnswer>): Promise<{ answer: GivenAnswer; isReplay: boolean }>;
}

export interface OnceRequest {
  readonly key: string;
  readonly caller: Caller;
  readonly operation: string;
  readonly url: string;
  readonly body: unknown;
}

/** Makes repeated requests happen once. Answers are kept for what succeeded: what failed changed nothing and may be tried again. */
export function createOnce(store: IdempotencyStore): Once {
  const underWay = new Set<string>();
  return {
    async run({ key, caller, operation, url, body }, work) {
      if (!isKey(key)) throw idempotencyKeyInvalid({});
      const scope = `${caller.tenant}/${caller.name}/${operation}`;
      const fingerprint = createHash('sha256')
        .update(`${url}\n${JSON.stringify(body) ?? ''}`)
        .digest('base64url');
      const mark = `${scope}\n${key}`;
      if (underWay.has(mark)) throw idempotencyKeyBusy({ retryAfterSeconds: 1 });
      underWay.add(mark);
      try {
        const kept = await store.find(scope, key);
        if (kept !== null) {
          if (kept.fingerprint !== fingerprint) throw idempotencyKeyReused({ key });
          return { answer: kept, isReplay: true };
        }
        const answer = await work();
        await store.keep(scope, key, { ...answer, fingerprint });
        return { answer, isReplay: false };
      } finally {
        underWay.delete(mark);
      }
    },
  };
}

/** What may be a key: visible ASCII, 1 to 255 characters. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]{1,255}$/.test(text);
}
