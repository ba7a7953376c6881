import type { FetchPlace, RequestOf } from '../fetch-place.ts';
import type { Snapshot } from '../fetcher.ts';
import type { HttpAddress } from '../source-address.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts';
import { fetchHttp } from './fetch-http.ts';

export interface HttpSources {
  fetch(request: RequestOf<HttpAddress>, place: FetchPlace): Promise<Snapshot>;
  close(): Promise<void>;
}

/** HTTP sources of one process: they share connections, which are opened when the first is fetched. */
export function createHttpSources(options: HttpClientOptions): HttpSources {
  let client: Promise<HttpClient> | null = null;
  return {
    async fetch(request, place) {
      client ??= createHttpClient(options);
      return fetchHttp(await client, request, place);
    },
    async close() {
      await (await client)?.close();
    },
  };
}
