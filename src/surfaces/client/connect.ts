import { methodsOf } from './methods-of.ts';
import type { ConnectOptions } from './options.ts';
import type { RatchetClient } from './ratchet-client.generated.ts';
import { routes } from './routes.generated.ts';
import { createTransport } from './transport.ts';

/**
 * A client of a Ratchet server: `client.jobs.enqueue({ taskId: 'addition', input })`. It keeps no connection and needs no closing.
 * @throws SERVER_URL_INVALID
 */
export function connect(options: ConnectOptions): RatchetClient {
  // What the methods take and give is said in the generated interface, which comes from the same operations as the routes.
  return methodsOf(createTransport(options), routes) as unknown as RatchetClient;
}
