import { internalError, toRatchetError, type RatchetError } from '#kernel/index.ts';
import { errorAnswer } from '#surfaces/http/index.ts';
import type { McpClient } from '../clients/client.ts';
import { answerTooLarge, callTimedOut, requestTooLarge } from '../errors.ts';
import type { McpTool, ToolAnswer, ToolContext } from '../offer.ts';
import type { Exchange } from './exchange.ts';
import { JsonRpcError, rpcCodes } from './json-rpc-error.ts';
import type { McpParts } from './mcp-parts.ts';
import { createToolContext } from './tool-context.ts';

/** The result of `tools/call`. */
export interface ToolResult {
  readonly content: { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
  readonly [meta: string]: unknown;
}

/** How long a call may outlive the time that its tool was told, before it is given up. */
const graceMs = 30_000;

/**
 * Calls a tool in the name of a client, and says how it went to whoever keeps the audit.
 * What the tool throws becomes a result that says so. @throws JsonRpcError for a tool that nobody knows
 */
export async function runTool(parts: McpParts, client: McpClient, name: string, input: unknown, exchange: Exchange): Promise<ToolResult> {
  const startedAt = parts.clock.monotonic();
  const longestMs = Math.min(client.limits.maxExecutionMs + graceMs, 2 ** 31 - 1);
  const late = AbortSignal.timeout(longestMs);
  const signal = AbortSignal.any([exchange.signal, late]);
  const context = createToolContext(parts, client, { ...exchange, signal });
  const tool = await findTool(parts, name, context);
  let outcome = 'ok';
  let over = () => {};
  try {
    over = parts.gatekeeper.tool(client, tool, input);
    const { maxRequestBytes, maxResponseBytes } = client.limits;
    if (client.isNamed && bytesOf(input) > maxRequestBytes) throw requestTooLarge({ limitBytes: maxRequestBytes });
    const result = resultOf(await tool.run(input, context));
    const bytes = bytesOf(result);
    if (bytes > maxResponseBytes) throw answerTooLarge({ bytes, limitBytes: maxResponseBytes });
    if (result.isError) outcome = 'failed';
    return result;
  } catch (caught) {
    if (isNotForUs(caught)) {
      outcome = 'asks';
      throw caught;
    }
    // Nobody waits for what a cancelled call came to.
    if (exchange.signal.aborted) {
      outcome = 'cancelled';
      throw new JsonRpcError(rpcCodes.cancelled, 'The request was cancelled.');
    }
    const error = late.aborted
      ? callTimedOut({ tool: tool.name, seconds: longestMs / 1_000 }, caught)
      : toRatchetError(caught, `run ${tool.name}`);
    outcome = error.code;
    if (internalError.is(error)) logDefect(parts, tool.name, error);
    exchange.log(internalError.is(error) ? 'error' : 'warning', { tool: tool.name, code: error.code });
    return failureOf(error, parts.clock.now());
  } finally {
    over();
    const durationMs = Math.round(parts.clock.monotonic() - startedAt);
    parts.audit({ client: client.name, tool: tool.name, outcome, durationMs });
    exchange.log('debug', { tool: tool.name, outcome, durationMs });
  }
}

/** Tools a client is shown: those it may call, and the tasks that are tools of their own. */
export async function toolsFor({ offer }: Pick<McpParts, 'offer'>, client: McpClient, context: ToolContext): Promise<readonly McpTool[]> {
  const own = offer.tools.filter(({ kind }) => client.refusal(kind) === null);
  if (client.refusal('execute') !== null) return own;
  return [...own, ...(await offer.taskTools(context))];
}

/** Dots stood in names before clients forbade them, and are still taken. */
async function findTool({ offer }: McpParts, name: string, context: ToolContext): Promise<McpTool> {
  const spelled = name.replaceAll('.', '_');
  const find = (tools: readonly McpTool[]) => tools.find((tool) => tool.name === name || tool.name === spelled);
  const tool = find(offer.tools) ?? find(await offer.taskTools(context));
  if (tool === undefined)
    throw new JsonRpcError(rpcCodes.invalidParams, `Unknown tool: ${name.slice(0, 200)}`, { hint: 'tools/list names all of them.' });
  return tool;
}

function resultOf({ structured, text, isError = false, meta = {} }: ToolAnswer): ToolResult {
  return {
    ...meta,
    content: [{ type: 'text', text: text ?? JSON.stringify(structured, null, 2) }],
    structuredContent: structured,
    isError,
  };
}

/** An error as the result of a tool: to read, and to look into. */
export function failureOf(error: RatchetError, now: number): ToolResult {
  const { code, message, hint, details } = errorAnswer(error, { requestId: '', path: '', now }).body.error;
  return {
    content: [{ type: 'text', text: `${message}\nHint: ${hint}\n(${code})` }],
    structuredContent: { error: { code, message, hint, retryable: error.retryable, ...(details === undefined ? {} : { details }) } },
    isError: true,
  };
}

/** What goes on to the transport: questions for the person behind the client, and errors of the protocol. */
function isNotForUs(caught: unknown): boolean {
  return caught instanceof JsonRpcError || caught instanceof NeedsAnswer;
}

/** Thrown by `confirm` where the answer comes with another request. */
export class NeedsAnswer extends Error {
  override readonly name = 'NeedsAnswer';
  readonly question: string;

  constructor(question: string) {
    super('the client has to be asked first');
    this.question = question;
  }
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

function logDefect({ log }: McpParts, tool: string, { message, cause }: RatchetError): void {
  log('error', message, { tool, cause: cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause) });
}
