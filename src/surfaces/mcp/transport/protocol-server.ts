import { createHash, randomBytes } from 'node:crypto';
import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  LOG_LEVEL_META_KEY,
  Server,
  type LoggingLevel,
  type ServerContext,
  type ServerOptions,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { McpClient } from '../clients/client.ts';
import { batchCapability, createBatch } from './batch.ts';
import type { Exchange } from './exchange.ts';
import { tasksExtension, type HandedOffCalls } from './handed-off.ts';
import { JsonRpcError, rpcCodes } from './json-rpc-error.ts';
import type { McpParts } from './mcp-parts.ts';
import { createMethods, protocolError, type Method } from './methods.ts';
import { protocolRevisions, serverName } from './revisions.ts';
import { NeedsAnswer, type ToolResult } from './run-tool.ts';

const logLevels: readonly LoggingLevel[] = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

type Era = 'legacy' | 'modern';
type Request = { readonly method: string; readonly params?: Readonly<Record<string, unknown>> };

/** What a client has answered so far to questions of one call. Signed, so that it is ours when it comes back. */
interface AskedState {
  /** Which call it belongs to: client, tool and arguments. */
  readonly call: string;
  /** Questions that were answered with yes, as digests. */
  readonly yes: readonly string[];
  /** The question the coming answer belongs to. */
  readonly question: string;
}

/** Makes servers of the SDK, one for each connection or, of the current revision, for each request. */
export function createProtocolServers(parts: McpParts, handedOff: HandedOffCalls) {
  const codec = createRequestStateCodec<AskedState>({ key: randomBytes(32), ttlSeconds: 600 });
  const handOffAfterMs = parts.handOffAfterMs ?? 2_000;

  return function build(client: McpClient, era: Era): Server {
    const server = new Server({ name: serverName, version: parts.version }, {
      capabilities: capabilitiesOf(),
      instructions: parts.offer.instructions,
      supportedProtocolVersions: [...protocolRevisions],
      requestState: { verify: (state, ctx) => codec.verify(state, ctx) },
      debouncedNotificationMethods: ['notifications/tools/list_changed', 'notifications/resources/list_changed'],
    } satisfies ServerOptions);
    const methods = createMethods(parts, client);
    // Who never chooses a level, as clients of earlier revisions may, hears of problems only.
    let levelOfConnection: LoggingLevel = 'warning';
    const count = () => parts.gatekeeper.request(client);
    const handle =
      (method: string, answer: (params: Readonly<Record<string, unknown>>, ctx: ServerContext) => Promise<object>) =>
      async (params: Readonly<Record<string, unknown>> | undefined, ctx: ServerContext) => {
        try {
          count();
          return await answer(params ?? {}, ctx);
        } catch (caught) {
          throw protocolError(caught, method, parts);
        }
      };
    for (const [method, answer] of Object.entries(methods)) {
      const handler =
        method === 'tools/call'
          ? handle(method, (params, ctx) => callTool(answer, params, ctx))
          : handle(method, (params, ctx) =>
              answer(
                params,
                exchangeOf(ctx, ctx.mcpReq.signal, async () => 'cannot-ask'),
              ),
            );
      // Their results are checked by the SDK as they are sent.
      server.setRequestHandler(
        method as 'tools/list',
        async (request: Request, ctx) => (await handler(request.params, ctx)) as { tools: [] },
      );
    }
    server.setRequestHandler('logging/setLevel', async ({ params }) => {
      levelOfConnection = params.level;
      return {};
    });
    addOwn('batch', (params, ctx) =>
      createBatch(
        parts,
        methods,
        count,
      )(
        params,
        exchangeOf(ctx, ctx.mcpReq.signal, async () => 'cannot-ask'),
      ),
    );
    if (era === 'modern') {
      addOwn('tasks/get', async (params) => found(handedOff.find(client.id, idOf(params))));
      addOwn('tasks/update', async (params) => {
        found(handedOff.find(client.id, idOf(params)));
        return {};
      });
      addOwn('tasks/cancel', async (params) => {
        found(handedOff.cancel(client.id, idOf(params)) || null);
        return {};
      });
    }
    return server;

    function addOwn(method: string, answer: (params: Readonly<Record<string, unknown>>, ctx: ServerContext) => Promise<object>): void {
      const handler = handle(method, answer);
      server.setRequestHandler(method, { params: z.looseObject({}) }, async (params, ctx) => ({ ...(await handler(params, ctx)) }));
    }

    async function callTool(call: Method, params: Readonly<Record<string, unknown>>, ctx: ServerContext): Promise<object> {
      const work = new AbortController();
      const giveUp = () => work.abort(ctx.mcpReq.signal.reason);
      ctx.mcpReq.signal.addEventListener('abort', giveUp, { once: true });
      let tell: ((message: string) => void) | null = null;
      const asked = askedBefore(params, ctx);
      const base = exchangeOf(ctx, work.signal, (question) =>
        tell === null ? confirm(question, asked, ctx) : Promise.resolve('cannot-ask'),
      );
      const exchange: Exchange = {
        ...base,
        notify(method, update) {
          const { message } = update;
          if (tell === null) base.notify(method, update);
          else if (method === 'notifications/task_progress' && typeof message === 'string') tell(message);
        },
        log: (level, data) => {
          if (tell === null) base.log(level, data);
        },
      };
      const running = call(params, exchange) as Promise<ToolResult>;
      try {
        const result = mayHandOff(ctx) ? await within(running, handOffAfterMs) : await running;
        if (result !== null) return result;
        // The client comes back for it: from now on only asking for it to be cancelled ends it.
        ctx.mcpReq.signal.removeEventListener('abort', giveUp);
        const kept = handedOff.keep(client.id, running, () => work.abort(new Error('cancelled')));
        tell = kept.tell;
        return { ...kept.first, resultType: 'task', content: [] };
      } catch (caught) {
        if (!(caught instanceof NeedsAnswer)) throw caught;
        const state = { call: asked.call, yes: asked.yes, question: digest(caught.question) };
        return inputRequired({
          inputRequests: { confirm: inputRequired.elicit(formFor(caught.question)) },
          requestState: await codec.mint(state),
        });
      } finally {
        ctx.mcpReq.signal.removeEventListener('abort', giveUp);
      }
    }

    function exchangeOf(ctx: ServerContext, signal: AbortSignal, ask: Exchange['confirm']): Exchange {
      return {
        signal,
        progressToken: ctx.mcpReq._meta?.progressToken,
        notify: (method, update) => void ctx.mcpReq.notify({ method, params: update }).catch(() => {}),
        confirm: ask,
        log(level, data) {
          const wanted = era === 'modern' ? saidWith(ctx, LOG_LEVEL_META_KEY) : levelOfConnection;
          const least = logLevels.indexOf(wanted as LoggingLevel);
          if (least < 0 || logLevels.indexOf(level) < least) return;
          void ctx.mcpReq.notify({ method: 'notifications/message', params: { level, logger: 'ratchet', data } }).catch(() => {});
        },
      };
    }

    async function confirm(question: string, asked: AskedBefore, ctx: ServerContext): Promise<'yes' | 'no' | 'cannot-ask'> {
      if (!canBeAsked(ctx)) return 'cannot-ask';
      if (era === 'modern') {
        const key = digest(question);
        if (asked.yes.includes(key)) return 'yes';
        if (asked.question !== key || asked.answer === null) throw new NeedsAnswer(question);
        if (asked.answer === 'yes') asked.yes.push(key);
        return asked.answer;
      }
      try {
        // oxlint-disable-next-line typescript/no-deprecated -- How earlier revisions ask.
        const { action, content } = await ctx.mcpReq.elicitInput(formFor(question), { timeout: 600_000, signal: ctx.mcpReq.signal });
        return action === 'accept' && content?.['confirm'] === true ? 'yes' : 'no';
      } catch (caught) {
        parts.log('debug', 'a client could not be asked', { problem: caught instanceof Error ? caught.message : String(caught) });
        return 'cannot-ask';
      }
    }

    function askedBefore(params: Readonly<Record<string, unknown>>, ctx: ServerContext): AskedBefore {
      const call = digest(JSON.stringify([client.id, params['name'], params['arguments']]));
      const state = ctx.mcpReq.requestState<AskedState>();
      if (state === undefined || state.call !== call) return { call, yes: [], question: null, answer: null };
      const given = inputResponse(ctx.mcpReq.inputResponses, 'confirm');
      const answer = given.kind === 'elicit' ? (given.action === 'accept' && given.content?.['confirm'] === true ? 'yes' : 'no') : null;
      return { call, yes: [...state.yes], question: state.question, answer };
    }

    function canBeAsked(ctx: ServerContext): boolean {
      // oxlint-disable-next-line typescript/no-deprecated -- Of earlier revisions: what the client said once, when it connected.
      const said: ClientAbilities | undefined = era === 'modern' ? clientCapabilities(ctx) : server.getClientCapabilities();
      return said?.elicitation !== undefined;
    }
  };

  function mayHandOff(ctx: ServerContext): boolean {
    return clientCapabilities(ctx)?.extensions?.[tasksExtension] !== undefined;
  }
}

interface AskedBefore {
  readonly call: string;
  readonly yes: string[];
  readonly question: string | null;
  readonly answer: 'yes' | 'no' | null;
}

function capabilitiesOf() {
  return {
    tools: { listChanged: true },
    resources: { listChanged: true },
    prompts: {},
    completions: {},
    logging: {},
    extensions: { [tasksExtension]: {} },
    batch: batchCapability,
  };
}

interface ClientAbilities {
  readonly elicitation?: unknown;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What a client can do, as it says with each request since revision 2026-07-28. */
function clientCapabilities(ctx: ServerContext): ClientAbilities | undefined {
  return saidWith(ctx, CLIENT_CAPABILITIES_META_KEY) as ClientAbilities | undefined;
}

function saidWith({ mcpReq }: ServerContext, key: string): unknown {
  return (mcpReq.envelope as Readonly<Record<string, unknown>> | undefined)?.[key];
}

function formFor(question: string) {
  return {
    mode: 'form' as const,
    message: question,
    requestedSchema: {
      type: 'object' as const,
      properties: { confirm: { type: 'boolean' as const, title: 'Yes, do it', default: false } },
      required: ['confirm'],
    },
  };
}

function idOf(params: Readonly<Record<string, unknown>>): string {
  const { taskId } = params;
  if (typeof taskId === 'string') return taskId;
  throw new JsonRpcError(rpcCodes.invalidParams, 'taskId has to be a text');
}

function found(value: object | true | null): object {
  if (value === null) throw new JsonRpcError(rpcCodes.invalidParams, 'There is no such call; results are kept for an hour.');
  return value === true ? {} : value;
}

/** @returns null when time was up first */
async function within<Value>(work: Promise<Value>, timeoutMs: number): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, null);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
