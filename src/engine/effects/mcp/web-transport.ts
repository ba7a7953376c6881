import type { Transport } from '@modelcontextprotocol/client';
import type { McpServerSpec } from './mcp-settings.ts';

type WebSpec = Extract<McpServerSpec['transport'], { readonly url: string }>;

/**
 * An MCP server behind a URL of the operator's. Redirects are followed within its origin only (the SDK's own rule), so that its
 * credentials go nowhere else; a message without end is cut off.
 */
export async function webTransport({ kind, url, headers }: WebSpec, maxMessageBytes: number): Promise<Transport> {
  const { StreamableHTTPClientTransport, SSEClientTransport } = await import('@modelcontextprotocol/client');
  const options = { requestInit: { headers }, fetch: boundedFetch(maxMessageBytes) };
  return kind === 'http' ? new StreamableHTTPClientTransport(new URL(url), options) : new SSEClientTransport(new URL(url), options);
}

/** Fetches with a limit to each message: to a whole body, or to what stands between two blank lines of an event stream. */
function boundedFetch(maxBytes: number): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.body === null) return response;
    const isStream = response.headers.get('content-type')?.includes('text/event-stream') === true;
    const limited = response.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(limiter(maxBytes, isStream)));
    const { status, statusText, headers } = response;
    const bounded = new Response(limited, { status, statusText, headers });
    // The SDK looks at these to judge redirects.
    Object.defineProperties(bounded, {
      url: { value: response.url },
      redirected: { value: response.redirected },
      type: { value: response.type },
    });
    return bounded;
  };
}

/** Message and name of the error with which a stream is cut off. */
export const tooLongMessage = 'the message is too long';

type Limiter = NonNullable<ConstructorParameters<typeof TransformStream<Uint8Array, Uint8Array>>[0]>;

function limiter(maxBytes: number, isStream: boolean): Limiter {
  let bytes = 0;
  let last = 0;
  return {
    transform(chunk, controller) {
      for (const byte of chunk) {
        bytes++;
        if (byte === 13) continue;
        if (isStream && byte === 10 && last === 10) bytes = 0;
        last = byte;
      }
      if (bytes > maxBytes) controller.error(new Error(tooLongMessage));
      else controller.enqueue(chunk);
    },
  };
}
