import { createClient, type CallSettings, type Client } from '#surfaces/client/client.ts';
import type { CliParts } from '../command.ts';
import { usualServer } from './connection-flags.ts';

type Input = Readonly<Record<string, unknown>>;

/** The client of the server that a command line means. @throws SERVER_URL_INVALID */
export function connect(input: Input, { env }: Pick<CliParts, 'env'>): Client {
  const { server, requestTimeoutMs } = input;
  return createClient({
    url: typeof server === 'string' ? server : env['RATCHET_SERVER'] || usualServer,
    token: env['RATCHET_TOKEN'] || undefined,
    timeoutMs: requestTimeoutMs as CallSettings['timeoutMs'],
  });
}

/** What is left for the operation. */
export function withoutConnection(input: Input): Input {
  const { server: _server, requestTimeoutMs: _timeout, ...own } = input;
  return own;
}
