type Body = Readonly<Record<string, unknown>>;

export const bothTypes = 'application/json, text/event-stream';

/** What came back for a message, however it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The one JSON value, or the last message of a stream. */
  readonly body: unknown;
  /** Every message of a stream, with the id of its event. */
  readonly events: readonly { readonly id: string | null; readonly message: Body }[];
}

/** Posts to an MCP endpoint as a client without an SDK does. */
export async function post(url: string, message: unknown, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: bothTypes, ...headers },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
  return readAnswer(response);
}

export async function readAnswer(response: Response): Promise<RawAnswer> {
  const text = await response.text();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const events = isStream ? eventsOf(text) : [];
  const body = isStream ? events.at(-1)?.message : text === '' ? null : (JSON.parse(text) as unknown);
  return { status: response.status, headers: response.headers, body, events };
}

function eventsOf(text: string): { id: string | null; message: Body }[] {
  return text
    .split('\n\n')
    .map((event) => ({ id: /^id: (.*)$/m.exec(event)?.[1] ?? null, data: /^data: (.+)$/m.exec(event)?.[1] }))
    .flatMap(({ id, data }) => (data === undefined ? [] : [{ id, message: JSON.parse(data) as Body }]));
}

export function initialize(protocolVersion = '2025-06-18', capabilities: Body = {}): Body {
  return {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion, capabilities, clientInfo: { name: 'raw', version: '1' } },
  };
}

export function callOf(name: string, input: Body = {}, id: string | number = 2, meta?: Body): Body {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: input, ...(meta === undefined ? {} : { _meta: meta }) } };
}

/** Begins a session. @returns the headers of everything that belongs to it */
export async function openSession(
  url: string,
  protocolVersion = '2025-06-18',
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const answer = await post(`${url}/mcp`, initialize(protocolVersion), headers);
  const id = answer.headers.get('mcp-session-id');
  if (id === null) throw new Error(`no session: ${JSON.stringify(answer.body)}`);
  return { ...headers, 'mcp-session-id': id };
}
