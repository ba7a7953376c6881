import { RatchetError, toRatchetError } from '#kernel/index.ts';
import { z } from 'zod';
import type { McpClient } from '../clients/client.ts';
import type { ObjectSchema } from '../offer.ts';
import type { Exchange } from './exchange.ts';
import { JsonRpcError, rpcCodes, rpcError } from './json-rpc-error.ts';
import type { McpParts } from './mcp-parts.ts';
import { listedTool } from '../tools/tool-list-cost.ts';
import { pageAt } from './page-cursor.ts';
import { runTool, toolsFor } from './run-tool.ts';
import { createToolContext } from './tool-context.ts';

type Params = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>>;
/** Answers one method for one client. @throws JsonRpcError, RatchetError, NeedsAnswer */
export type Method = (params: Params, exchange: Exchange) => Promise<Answer>;

const Page = z.looseObject({ cursor: z.string().optional() });
const Call = z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });
const Read = z.looseObject({ uri: z.string() });
const Get = z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.string()).default({}) });
const Complete = z.looseObject({
  ref: z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('ref/prompt'), name: z.string() }),
    z.looseObject({ type: z.literal('ref/resource'), uri: z.string() }),
  ]),
  argument: z.object({ name: z.string(), value: z.string() }),
});

const mostCompletions = 100;
const neverRead = /^(?:javascript|data|file|vbscript):|\.\.[/\\]/i;

/** Everything a client can ask but what belongs to the connection itself. */
export function createMethods(parts: McpParts, client: McpClient): Readonly<Record<string, Method>> {
  const { offer } = parts;
  const contextFor = (exchange: Exchange) => createToolContext(parts, client, exchange);
  return {
    'tools/list': async (params, exchange) => {
      const { cursor } = read(Page, params, 'tools/list');
      const { items, ...rest } = pageAt(await toolsFor(parts, client, contextFor(exchange)), cursor);
      return { tools: items.map((tool) => listedTool({ ...tool, output: orError(tool.output) })), ...rest };
    },
    'tools/call': async (params, exchange) => {
      const { name, arguments: input } = read(Call, params, 'tools/call');
      return runTool(parts, client, name, input, exchange);
    },
    'resources/list': async (params, exchange) => {
      const { cursor } = read(Page, params, 'resources/list');
      const { resources, next } = await offer.resources(cursor ?? null, contextFor(exchange));
      return { resources, ...(next === null ? {} : { nextCursor: next }) };
    },
    'resources/templates/list': async (params) => {
      const { cursor } = read(Page, params, 'resources/templates/list');
      const { items, ...rest } = pageAt(offer.resourceTemplates, cursor);
      return { resourceTemplates: items.map(({ complete: _complete, ...shown }) => shown), ...rest };
    },
    'resources/read': async (params, exchange) => {
      const { uri } = read(Read, params, 'resources/read');
      const contents = neverRead.test(uri) ? null : await offer.read(uri, contextFor(exchange));
      if (contents === null) throw new JsonRpcError(rpcCodes.invalidParams, `Resource not found: ${uri.slice(0, 300)}`, { uri });
      return { contents };
    },
    'prompts/list': async (params) => {
      const { cursor } = read(Page, params, 'prompts/list');
      const { items, ...rest } = pageAt(offer.prompts, cursor);
      return {
        prompts: items.map(({ name, title, description, arguments: given }) => ({ name, title, description, arguments: given })),
        ...rest,
      };
    },
    'prompts/get': async (params, exchange) => {
      const { name, arguments: given } = read(Get, params, 'prompts/get');
      const prompt = offer.prompts.find((one) => one.name === name);
      if (prompt === undefined) throw new JsonRpcError(rpcCodes.invalidParams, `Unknown prompt: ${name.slice(0, 200)}`);
      const missing = prompt.arguments.filter((one) => one.required && given[one.name] === undefined).map((one) => one.name);
      if (missing.length > 0) throw new JsonRpcError(rpcCodes.invalidParams, `The prompt ${name} needs ${missing.join(', ')}.`);
      const messages = await prompt.messages(given, contextFor(exchange));
      return { description: prompt.description, messages: messages.map(({ role, text }) => ({ role, content: { type: 'text', text } })) };
    },
    'completion/complete': async (params, exchange) => {
      const { ref, argument } = read(Complete, params, 'completion/complete');
      const values = await completed(ref, argument);
      return { completion: { values: values.slice(0, mostCompletions), total: values.length, hasMore: values.length > mostCompletions } };

      async function completed(of: typeof ref, { name, value }: typeof argument): Promise<readonly string[]> {
        const source =
          of.type === 'ref/prompt'
            ? offer.prompts.find((one) => one.name === of.name)
            : offer.resourceTemplates.find((one) => one.uriTemplate === of.uri);
        if (source !== undefined) return source.complete(name, value, contextFor(exchange));
        throw new JsonRpcError(rpcCodes.invalidParams, `There is nothing to complete at ${of.type === 'ref/prompt' ? of.name : of.uri}.`);
      }
    },
  };
}

/** The schema of an answer that may also be an error: clients check results against it even where they say that the tool failed. */
export function orError(output: ObjectSchema): ObjectSchema {
  const {
    required = [],
    properties = {},
    additionalProperties: others,
    ...rest
  } = output as ObjectSchema & {
    readonly required?: readonly string[];
    readonly properties?: Readonly<Record<string, unknown>>;
  };
  // What requires nothing lets an error pass already.
  if (required.length === 0 && others !== false) return output;
  return { ...rest, properties: { ...properties, error: { type: 'object' } }, anyOf: [{ required }, { required: ['error'] }] };
}

function read<Shape extends z.ZodType>(shape: Shape, params: Params, method: string): z.output<Shape> {
  const parsed = shape.safeParse(params);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`);
  throw new JsonRpcError(rpcCodes.invalidParams, `Invalid params for ${method}: ${problems.join('; ')}`);
}

/** Whatever was thrown, as an error of the protocol with nothing of the inside in it. */
export function protocolError(caught: unknown, method: string, parts: Pick<McpParts, 'clock' | 'log'>): JsonRpcError {
  if (caught instanceof JsonRpcError) return caught;
  const error = toRatchetError(caught, `answer ${method}`);
  if (!(caught instanceof RatchetError))
    parts.log('error', error.message, { method, cause: caught instanceof Error ? (caught.stack ?? caught.message) : String(caught) });
  const { code, message, data } = rpcError(error, parts.clock.now());
  return new JsonRpcError(code, message, data);
}
