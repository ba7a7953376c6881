import { type Exchange, begin, newExchange } from './exchange.ts';
import { NativePromise, bare, cut, defineProperty, freeze, isArray, parse, stringify } from './intrinsics.ts';
import { mcpErrors } from './mcp-errors.ts';
import { liveRun, requestsOf, run } from './run.ts';
import { serialise } from './serialise.ts';
import { placeAt, typedError } from './typed-errors.ts';

/** Whether the task of this execution may call MCP servers. */
export function hasMcp(): boolean {
  return run !== null && run.options.mcp === true;
}

let made: { [name: string]: unknown } | null = null;

/**
 * The object `mcp` and its error classes. All of it stands inside of one function, so that a realm whose task does not call MCP servers
 * pays for one closure.
 */
export function mcpGlobals(): { [name: string]: unknown } {
  if (made !== null) return made;
  const errors = mcpErrors();
  const mostMessageChars = 2_000;

  function namedText(value: unknown, what: string): string {
    if (typeof value !== 'string' || value === '') throw new TypeError(`${what} must be a text`);
    return value;
  }

  function addressOf(server: unknown, tool: unknown): string {
    // Anything that an address cannot hold is written so that the host finds no server of that name.
    const name = namedText(server, 'The name of the MCP server');
    const address = `mcp://${/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) ? name : encodeURIComponent(name)}`;
    return tool === undefined ? address : `${address}/${encodeURIComponent(namedText(tool, 'The name of the tool'))}`;
  }

  function bodyOf(value: unknown, what: string): string {
    if (typeof value !== 'object' || value === null || isArray(value)) throw new TypeError(`${what} must be an object`);
    const { outputChars } = (liveRun() as NonNullable<typeof run>).options.limits;
    const json = serialise(value, outputChars);
    if (typeof json === 'string') return json;
    if ('path' in json) throw new TypeError(`${what} cannot be sent: ${json.path === '' ? 'it' : json.path} is wrong, ${json.reason}`);
    throw new TypeError(`${what} take more than ${outputChars} characters`);
  }

  /** Calls, and makes a promise of what comes of it. Everything wrong with the arguments is a rejection, too. */
  function call(method: string, outgoing: () => { url: string; body: string | undefined }): Promise<unknown> {
    return new NativePromise((resolve, reject) => {
      const now = liveRun();
      if (now === null) return reject(typedError('NetworkError', 'The execution has ended', null));
      const { url, body } = outgoing();
      const { requests } = now.options.limits;
      if (now.requests !== null && now.requests.pendingCount >= requests) return reject(tooMany(requests));
      const headJson = `{"url":${stringify(url)},"method":"${method}","headers":[],"timeoutMs":null,"redirect":"error","retry":null}`;
      const exchange = newExchange(now, { url, method, headJson, body }, null);
      // A rejection that nobody handles ends the execution by itself.
      exchange.looked = true;
      exchange.promise = new NativePromise(() => {});
      exchange.reject = reject;
      exchange.resolve = () => {
        const result = resultOf(exchange);
        if ('error' in result) reject(result.error);
        else resolve(result.value);
      };
      begin(exchange);
      // Calls are counted by the host, apart from requests.
      requestsOf(now).made -= 1;
    });
  }

  /** Waiting calls are looked through whenever one ends; how many there are in all, the host decides. */
  function tooMany(most: number): Error {
    const error = typedError('NetworkError', `More than ${most} calls and requests are under way; await some of them first`, null);
    give(error, 'reason', 'limit');
    return error;
  }

  function resultOf(exchange: Exchange): { value: unknown } | { error: unknown } {
    let value: unknown;
    try {
      value = parse(exchange.answer as string);
    } catch {
      return { error: typedError('NetworkError', 'The answer of the MCP server could not be read', exchange.site) };
    }
    const { status } = exchange.head as { status: number };
    return status === 200 ? { value } : { error: toolError(exchange, value) };
  }

  function toolError(exchange: Exchange, result: unknown): Error {
    const { content, structuredContent } = (typeof result === 'object' && result !== null ? result : bare()) as {
      content?: unknown;
      structuredContent?: unknown;
    };
    const error = new (errors['McpToolError'] as new (message: string) => Error)(textIn(content));
    give(error, 'content', content);
    if (structuredContent !== undefined) give(error, 'structuredContent', structuredContent);
    placeAt(error, exchange.site);
    return error;
  }

  function give(error: Error, name: string, value: unknown): void {
    const descriptor = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
    defineProperty(error, name, descriptor as PropertyDescriptor);
  }

  /** The texts of a result's content, for a message. */
  function textIn(content: unknown): string {
    let text = '';
    if (isArray(content)) {
      for (let i = 0; i < content.length && text.length < mostMessageChars; i += 1) {
        const part = content[i] as { type?: unknown; text?: unknown } | null;
        if (typeof part !== 'object' || part === null || part.type !== 'text' || typeof part.text !== 'string') continue;
        text += `${text === '' ? '' : '\n'}${part.text}`;
      }
    }
    return text === '' ? 'The tool failed and does not say why' : cut(text, mostMessageChars);
  }

  const listServers = () => call('servers/list', () => ({ url: 'mcp:servers', body: undefined }));
  const listTools = (server: unknown) => call('tools/list', () => ({ url: addressOf(server, undefined), body: undefined }));
  const invokeTool = (server: unknown, tool: unknown, args?: unknown) =>
    call('tools/call', () => ({
      url: addressOf(server, tool === undefined ? null : tool),
      body: args === undefined ? '{}' : bodyOf(args, 'The arguments of the tool'),
    }));
  const complete = (server: unknown, request: unknown) =>
    call('complete', () => ({ url: addressOf(server, undefined), body: bodyOf(request, 'The request') }));

  const methods = { listServers, listTools, invokeTool, invoke: invokeTool, complete };
  for (const name in methods) defineProperty(methods[name as keyof typeof methods], 'name', { value: name, configurable: true });
  made = { mcp: freeze(methods), ...errors };
  return made;
}
