import type { Client } from '@modelcontextprotocol/client';
import { RatchetError } from '#kernel/index.ts';
import type { Screen, Shown } from '#surfaces/cli/command.ts';
import { oneLine } from '#surfaces/cli/remote/cell.ts';
import { isForPeople } from '#surfaces/cli/remote/show-answer.ts';
import { tableText } from '#surfaces/cli/remote/table.ts';
import { jsonText, printable } from '#surfaces/cli/terminal.ts';
import { notARatchetServer } from '#surfaces/client/errors.ts';
import { networkError } from '#surfaces/client/network-error.ts';
import { z } from 'zod';
import { consoleLineInvalid } from '../errors.ts';
import { nearest } from './find-row.ts';
import { ownCommand, type Seat } from './own-command.ts';
import { showFacts, showJson } from './server-commands.ts';

/** Where a server answers MCP, unless its configuration says another path. */
const usualPath = '/mcp';

const more = {
  endpoint: z.string().startsWith('/').optional().describe(`Path of MCP on the server, ${usualPath} unless its configuration says another`),
};

/** Speaks MCP with the server for the length of one command. @throws what the server or the way to it says */
async function withMcp<Answer>({ input, target, options: { signal } }: Seat, ask: (client: Client) => Promise<Answer>): Promise<Answer> {
  const { Client: McpClient, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const { endpoint = usualPath } = input as { endpoint?: string };
  const url = new URL(`${target.url}${endpoint}`);
  const headers = target.token === null ? {} : { authorization: `Bearer ${target.token}` };
  const client = new McpClient({ name: 'ratchet-console', version: '1' });
  try {
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }), { signal });
    return await ask(client);
  } catch (caught) {
    signal.throwIfAborted();
    if (caught instanceof RatchetError) throw caught;
    const error = networkError(caught, target.url, 'mcp');
    if (error instanceof RatchetError) throw error;
    throw notARatchetServer({ url: url.href, problem: oneLine(caught instanceof Error ? caught.message : String(caught)) }, caught);
  } finally {
    await client.close().catch(() => {});
  }
}

interface Listed {
  readonly tools: readonly { readonly name: string; readonly description?: string | undefined }[];
  /** Columns of the terminal; null where there is none. */
  readonly width: number | null;
}

export const mcpToolsCommand = ownCommand({
  words: 'mcp tools',
  summary: 'List the tools that the server offers over MCP',
  details: 'What a model sees: names, and what each does. `--format json` has their schemas too.',
  input: more,
  run: (seat) =>
    withMcp(seat, async (client): Promise<Listed> => {
      const { tools } = await client.listTools(undefined, { signal: seat.options.signal });
      return { tools, width: seat.parts.window?.size().columns ?? null };
    }),
  show(answer, screen) {
    const { tools: offered, width } = answer as Listed;
    if (!isForPeople(screen)) return showJson(offered, screen);
    const tools = offered.map(({ name, description = '' }) => ({
      name,
      does: description.split(/(?<=\.)\s/)[0]!,
    }));
    const columns = [
      { field: 'name', title: 'TOOL' },
      { field: 'does', title: 'DOES', isFlexible: true },
    ];
    screen.out(tableText(tools, columns, { width, now: 0, paint: screen.paintOut, look: screen.look }));
    return { exit: 'ok' };
  },
});

export const mcpCapabilitiesCommand = ownCommand({
  words: 'mcp capabilities',
  summary: 'Say what the server can do over MCP',
  details: 'Name, version and capabilities, as the server tells them to a client.',
  input: more,
  run: (seat) =>
    withMcp(seat, async (client) => ({ server: client.getServerVersion() ?? null, capabilities: client.getServerCapabilities() ?? {} })),
  show: showFacts,
});

interface Called {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
}

export const mcpCallCommand = ownCommand({
  words: 'mcp call',
  summary: 'Call a tool of the server over MCP',
  details: 'As a model would: the arguments as JSON behind the name. Ends with 1 where the tool says that it failed.',
  input: {
    tool: z.string().min(1).describe('Name of the tool, as `mcp tools` lists it'),
    input: z.unknown().describe('Arguments as JSON'),
    ...more,
  },
  positional: ['tool'],
  run: (seat) =>
    withMcp(seat, async (client): Promise<Called> => {
      const { tool, input = {} } = seat.input as { tool: string; input?: unknown };
      const { signal } = seat.options;
      const { tools } = await client.listTools(undefined, { signal });
      // Dots are how older documents spell them.
      const name = tool.replaceAll('.', '_');
      const names = tools.map((one) => one.name);
      if (!names.includes(name) && !names.includes(tool))
        throw consoleLineInvalid({ problem: `The server offers no tool ${tool}${nearest(name, names)}`, help: 'mcp call' });
      const wanted = names.includes(tool) ? tool : name;
      return client.callTool({ name: wanted, arguments: input as Record<string, unknown> }, { signal });
    }),
  show: showCalled,
});

function showCalled(answer: unknown, screen: Screen): Shown {
  const { content, structuredContent, isError } = answer as Called;
  const exit = isError === true ? 'failed' : 'ok';
  if (!isForPeople(screen)) return { ...showJson(answer, screen), exit };
  const text = content.map((one) => one.text ?? `(${one.type})`).join('\n');
  const shown = text === '' ? jsonText(structuredContent ?? null, true) : printable(text);
  if (isError === true) screen.err(`${screen.paintErr('red', '✗')} ${shown}\n`);
  else screen.out(`${shown}\n`);
  return { exit };
}
