import { startRatchet, type RatchetServer, type RatchetServerOptions } from '#testing/ratchet-server.ts';

/** What came back for a document, with what HTTP says of it. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  // Tests look into answers of many shapes.
  readonly data: Readonly<Record<string, never>> | null | undefined;
  readonly errors:
    | readonly { message: string; path?: unknown[]; extensions: { code: string; hint: string; requestId: string; details?: never } }[]
    | undefined;
}

export interface GraphqlServer extends RatchetServer {
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<GraphqlAnswer>;
  send(init: RequestInit & { readonly path?: string }): Promise<GraphqlAnswer>;
}

/** A real server with the sample tasks, and how to ask it. */
export async function startGraphql(options: RatchetServerOptions & { readonly databaseUrl: string }): Promise<GraphqlServer> {
  const server = await startRatchet({
    ...options,
    args: ['--sources', 'sample/js-tasks', '--database-url', options.databaseUrl, ...(options.args ?? [])],
  });
  const send: GraphqlServer['send'] = async ({ path = '/graphql', ...init }) => {
    const response = await fetch(server.url + path, { method: 'POST', redirect: 'manual', ...init });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const body = (type.includes('json') ? JSON.parse(text) : {}) as Pick<GraphqlAnswer, 'data' | 'errors'>;
    return { status: response.status, type, headers: response.headers, data: body.data, errors: body.errors };
  };
  return {
    ...server,
    send,
    ask: (query, variables = {}, headers = {}) =>
      send({ headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query, variables }) }),
  };
}
