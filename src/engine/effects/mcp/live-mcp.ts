import type { CallToolResult, Client, RequestOptions } from '@modelcontextprotocol/client';
import type { Clock, Settings } from '#kernel/index.ts';
import type { HttpFailure, HttpOutcome, HttpRequest } from '../effect.ts';
import { abortedFailure, networkFailure, RequestFailed } from '../failure.ts';
import type { Performed } from '../gate.ts';
import { mcpTarget, mcpWords } from './mcp-address.ts';
import { mcpAnswer } from './mcp-answer.ts';
import {
  mcpCallsAtOnce,
  mcpCallTimeout,
  mcpConnectTimeout,
  mcpIdleTimeout,
  mcpMaxResponseBytes,
  mcpServers,
  type McpServerSpec,
} from './mcp-settings.ts';
import { redactorOf } from './redact.ts';
import { ConnectionLost, ServerConnection, type DiagnosticLevel } from './server-connection.ts';
import { tooLongMessage } from './web-transport.ts';

/** Calls MCP servers for real; connections are shared by every execution. */
export interface LiveMcp {
  /** @param declared names of the servers the task declares */
  perform(request: HttpRequest, declared: readonly string[], signal: AbortSignal): Promise<Performed>;
  close(): Promise<void>;
}

interface Server {
  readonly connection: ServerConnection;
  readonly redact: (text: string) => string;
}

/** Tools that stand for "ask the model": the protocol has no request for it from client to server. */
export const completionTools = ['complete', 'chat', 'create_message'] as const;

/** @param onDiagnostic told what servers print and how they end, without their secrets */
export function createLiveMcp(settings: Settings, clock: Clock, onDiagnostic: (line: string, level: DiagnosticLevel) => void): LiveMcp {
  const servers = new Map<string, Server>();

  const open = (spec: McpServerSpec): Server => {
    const known = servers.get(spec.name);
    if (known) return known;
    const redact = redactorOf(spec);
    const connection = new ServerConnection({
      spec,
      clock,
      connectMs: settings.get(mcpConnectTimeout) * 1000,
      idleMs: settings.get(mcpIdleTimeout) * 1000,
      callsAtOnce: settings.get(mcpCallsAtOnce),
      maxMessageBytes: settings.get(mcpMaxResponseBytes),
      onDiagnostic: (line, level) => onDiagnostic(`MCP server ${spec.name}: ${redact(line)}`, level),
    });
    const server = { connection, redact };
    servers.set(spec.name, server);
    return server;
  };

  return {
    async perform(request, declared, signal) {
      const name = mcpTarget(request.url)!.server;
      if (name === null) return { outcome: mcpAnswer(request.url, declared), attempts: 1 };
      const spec = settings.get(mcpServers).find((one) => one.name === name);
      if (spec === undefined) {
        const message = `The MCP server ${name} is not configured (mcp.servers).`;
        return { outcome: { failure: { name: 'McpServerUnknownError', message, reason: 'server-unknown' } }, attempts: 0 };
      }
      const { connection, redact } = open(spec);
      const limitMs = settings.get(mcpCallTimeout) * 1000;
      const deadline = AbortSignal.timeout(limitMs);
      const both = AbortSignal.any([signal, deadline]);
      try {
        const value = await connection.use(
          // The SDK's own limit is a belt: ours also covers the wait for a turn and for the connection.
          (client) => call(client, request, { signal: both, timeout: limitMs + 1_000, maxTotalTimeout: limitMs + 1_000 }),
          both,
        );
        return { outcome: cleaned(value, redact), attempts: 1 };
      } catch (error) {
        if (signal.aborted) return { outcome: { failure: abortedFailure }, attempts: 1 };
        if (deadline.aborted) connection.timedOut();
        const failure = deadline.aborted ? lateFailure(request.url, limitMs, connection) : failureOf(error, name, connection);
        return { outcome: { failure: { ...failure, message: redact(failure.message) } }, attempts: 1 };
      }
    },
    async close() {
      await Promise.all([...servers.values()].map(({ connection }) => connection.close()));
    },
  };
}

async function call(client: Client, { url, method, body }: HttpRequest, options: RequestOptions): Promise<HttpOutcome> {
  if (method === 'tools/list') return mcpAnswer(url, (await client.listTools(undefined, options)).tools);
  const given = JSON.parse(Buffer.from(body!).toString('utf8')) as Record<string, unknown>;
  if (method === 'complete') {
    const names = await toolNames(client, options);
    const tool = completionTools.find((one) => names.includes(one));
    if (tool !== undefined) return resultOf(url, await client.callTool({ name: tool, arguments: given }, options));
    const message = `${mcpWords(url)} has no tool to ask a model with (${completionTools.join(', ')}); ${toolsText(names)}`;
    throw new RequestFailed({ name: 'McpError', message, reason: 'no-completion' });
  }
  const name = mcpTarget(url)!.tool!;
  let refusal: unknown = null;
  try {
    const result = await client.callTool({ name, arguments: given }, options);
    if (result.isError !== true) return resultOf(url, result);
    refusal = result;
  } catch (error) {
    // An unknown tool is invalid parameters to some servers, and a result that says that it failed to others.
    if (!(error instanceof Error) || error.name !== 'ProtocolError') throw error;
    refusal = error;
  }
  const names = await toolNames(client, options);
  if (!names.includes(name)) {
    const message = `There is no tool ${mcpWords(url)}; ${toolsText(names)}`;
    throw new RequestFailed({ name: 'McpToolUnknownError', message, reason: 'tool-unknown' });
  }
  if (refusal instanceof Error) throw refusal;
  return resultOf(url, refusal as CallToolResult);
}

async function toolNames(client: Client, options: RequestOptions): Promise<string[]> {
  return (await client.listTools(undefined, options)).tools.map(({ name }) => name);
}

const mostNames = 50;

function toolsText(names: readonly string[]): string {
  if (names.length === 0) return 'it has no tools.';
  return `its tools are ${names.slice(0, mostNames).join(', ')}${names.length > mostNames ? `, and ${names.length - mostNames} more` : ''}.`;
}

/** The result as a task gets it: what the protocol adds for itself is left out. */
function resultOf(url: string, result: CallToolResult): HttpOutcome {
  const plain: Record<string, unknown> = { ...result };
  delete plain['_meta'];
  delete plain['resultType'];
  // Older servers leave the content out where there is a structured one.
  return mcpAnswer(url, { ...plain, content: plain['content'] ?? [] }, plain['isError'] === true);
}

function cleaned(outcome: HttpOutcome, redact: (text: string) => string): HttpOutcome {
  if (!('answer' in outcome)) return outcome;
  const text = Buffer.from(outcome.answer.body).toString('utf8');
  const shown = redact(text);
  return shown === text ? outcome : { answer: { ...outcome.answer, body: Buffer.from(shown) } };
}

function lateFailure(url: string, limitMs: number, { lastEnding, isConnected }: ServerConnection): HttpFailure {
  const why = isConnected ? '' : ` There is no connection: ${lastEnding}.`;
  return { name: 'TimeoutError', message: `The call of ${mcpWords(url)} was given up after ${limitMs} ms.${why}`, reason: 'timeout' };
}

/** Words what went wrong for the author of the task. The server's own words are told where the protocol has a place for them. */
function failureOf(error: unknown, server: string, connection: ServerConnection): HttpFailure {
  if (error instanceof RequestFailed) return error.failure;
  if (error instanceof ConnectionLost)
    return networkFailure('connection-lost', `The MCP server ${server} cannot be used: ${error.message}.`);
  const { name, message, code, status } = error as Error & { code?: unknown; status?: unknown };
  if (name === 'ProtocolError') {
    return {
      name: 'McpError',
      message: `The MCP server ${server} refused the call: ${message.slice(0, 2_000)}`,
      reason: 'refused-by-server',
    };
  }
  if (message === tooLongMessage) return networkFailure('too-large', tooLarge(server));
  if (typeof status === 'number') return networkFailure('connection-lost', `The MCP server ${server} answered with HTTP ${status}.`);
  if (code === 'INVALID_RESULT' || code === 'UNSUPPORTED_RESULT_TYPE')
    return networkFailure('protocol', `The answer of the MCP server ${server} is not what the protocol says.`);
  const reason = /more than \d+ bytes/.test(connection.lastEnding) ? 'too-large' : 'connection-lost';
  return networkFailure(
    reason,
    `The connection to the MCP server ${server} was lost: ${connection.isConnected ? 'the request failed' : connection.lastEnding}.`,
  );
}

function tooLarge(server: string): string {
  return `The answer of the MCP server ${server} is larger than is allowed (mcp.calls.max_response_bytes).`;
}
