import { mayDo, notPermitted, type Caller } from '#kernel/index.ts';
import type { Client } from '#surfaces/client/client.ts';
import type { Asking } from './asking.ts';

/** Calls the operations of a server that runs elsewhere. What the caller may do is checked here, and again there by its token. */
export function createRemoteAsking(client: Client, caller: Caller): Asking {
  const authorise = (operation: string, permission: string) => {
    if (!mayDo(caller, permission)) throw notPermitted({ operation, permission, caller: caller.name });
  };
  return {
    async call(operation, input, settings = {}) {
      authorise(operation.name, operation.permission);
      return client.call(operation, input, settings);
    },
    async *follow(stream, input, settings = {}) {
      authorise(stream.name, stream.permission);
      yield* client.follow(stream, input, settings);
    },
  };
}
