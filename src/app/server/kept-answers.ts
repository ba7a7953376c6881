import type { Clock } from '#kernel/index.ts';
import type { IdempotencyKeys } from '#storage/index.ts';
import type { IdempotencyStore, KeptAnswer } from '#surfaces/rest/index.ts';

/** How long an answer is given again, as is usual for such keys. */
const keptForMs = 86_400_000;

/** Answers of the REST surface, kept in the database, so that a request repeated after a restart still happens once. */
export function keptAnswers(keys: IdempotencyKeys, clock: Clock): IdempotencyStore {
  return {
    async find(scope, key) {
      const kept = await keys.find(scope, key);
      return kept === null ? null : { fingerprint: kept.fingerprint, ...(JSON.parse(kept.answer) as Omit<KeptAnswer, 'fingerprint'>) };
    },
    keep: (scope, key, { fingerprint, ...answer }) =>
      keys.keep(scope, key, { fingerprint, answer: JSON.stringify(answer) }, clock.now() + keptForMs),
  };
}
