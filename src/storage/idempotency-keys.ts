import type { Clock } from '#kernel/index.ts';
import type { Database } from './database.ts';

export interface KeptUnderKey {
  /** Of the request, so that another one under the same key is noticed. */
  readonly fingerprint: string;
  /** JSON text. */
  readonly answer: string;
}

/** Answers to be given again to whoever repeats a request, for as long as their key lives. */
export interface IdempotencyKeys {
  find(scope: string, key: string): Promise<KeptUnderKey | null>;
  /** An answer that is there already stays. */
  keep(scope: string, key: string, kept: KeptUnderKey, expiresAt: number): Promise<void>;
}

export function createIdempotencyKeys(database: Database, clock: Clock): IdempotencyKeys {
  return {
    async find(scope, key) {
      const [row] = await database.read.all<{ fingerprint: string; answer: string }>(
        'SELECT fingerprint, answer FROM idempotency_keys WHERE scope = $1 AND key = $2 AND expires_at > $3',
        [scope, key, clock.now()],
      );
      return row ?? null;
    },
    async keep(scope, key, { fingerprint, answer }, expiresAt) {
      await database.write((queries) =>
        queries.run(
          `INSERT INTO idempotency_keys (scope, key, fingerprint, answer, expires_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, expires_at = excluded.expires_at
             WHERE idempotency_keys.expires_at <= $6`,
          [scope, key, fingerprint, answer, expiresAt, clock.now()],
        ),
      );
    },
  };
}
