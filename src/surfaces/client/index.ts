import { eventStreams } from '#events/operations.ts';
import { storedExecutionOperations, storedExecutionStreams } from '#executions/stored/operations.ts';
import { jobOperations } from '#jobs/operations.ts';
import { scheduleOperations } from '#schedules/operations.ts';
import { sourceOperations } from '#sources/operations.ts';
import { pushOperations } from '#sources/push/operations.ts';
import { catalogueOperations } from '#tasks/catalogue/operations.ts';
import { workerOperations } from '#workers/operations.ts';
import { clientOf, offered, type ClientOf } from './client-of.ts';
import { createClient, type ClientOptions } from './client.ts';

export { RatchetError } from '#kernel/index.ts';
export type { CallSettings, ClientOptions } from './client.ts';
export type { FollowOptions } from './follow.ts';

/** Everything a server can be asked. */
const everything = offered([
  ...catalogueOperations,
  ...pushOperations,
  ...jobOperations,
  ...scheduleOperations,
  ...sourceOperations,
  ...storedExecutionOperations,
  ...storedExecutionStreams,
  ...workerOperations,
  ...eventStreams,
]);

/** Methods by noun: `client.jobs.enqueue({ task: 'addition', input })`. */
export type RatchetClient = ClientOf<typeof everything.shapes>;

/**
 * A client of a Ratchet server. It keeps no connection and needs no closing; every method checks what the server answers.
 * @throws SERVER_URL_INVALID
 */
export function createRatchetClient(options: ClientOptions): RatchetClient {
  return clientOf(createClient(options), everything);
}
