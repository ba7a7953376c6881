import { createClient, type Client } from '#surfaces/client/client.ts';
import type { CallSettings } from '#surfaces/client/options.ts';
import type { CliParts } from '../command.ts';
import { usualServer } from './connection-flags.ts';
import { fetchFor } from './patient-fetch.ts';

type Input = Readonly<Record<string, unknown>>;

/** The client of the server that a command line means. @throws SERVER_URL_INVALID */
export function connect(input: Input, { env }: Pick<CliParts, 'env'>): Client {
  const { server, requestTimeoutMs } = input;
  const url = typeof server === 'string' ? server : env['RATCHET_SERVER'] || usualServer;
  const timeoutMs = requestTimeoutMs as CallSettings['timeoutMs'];
  return createClient({ url, token: env['RATCHET_TOKEN'] || undefined, timeoutMs }, { fetchFor });
}

/** What is left for the operation. */
export function withoutConnection(input: Input): Input {
  const { server: _server, requestTimeoutMs: _timeout, ...own } = input;
  return own;
}
