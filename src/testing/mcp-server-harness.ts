/**
 * An MCP server on the official SDK, as a process of its own, whose tools misbehave on request.
 * `node mcp-server-harness.ts stdio`, or `http` or `sse` (print their port on a line of its own; `REQUIRED_TOKEN` makes http ask for one).
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { toNodeHandler } from '@modelcontextprotocol/node';

let calls = 0;

function buildServer(): McpServer {
  const server = new McpServer({ name: 'harness', version: '1.0.0' }, { capabilities: { logging: {} } });
  const tool = (name: string, description: string, run: (args: Record<string, unknown>) => unknown) => {
    const inputSchema = fromJsonSchema<Record<string, unknown>>({ type: 'object' });
    server.registerTool(name, { description, inputSchema }, async (args) => {
      calls++;
      const said = await run(args);
      return typeof said === 'object' && said !== null ? (said as { content: [] }) : { content: [{ type: 'text', text: String(said) }] };
    });
  };
  const raw = (text: string) => void process.stdout.write(text);
  tool('echo', 'Says what it is told', (args) => JSON.stringify(args));
  tool('add', 'Adds', ({ a, b }) => {
    const sum = Number(a) + Number(b);
    return { content: [{ type: 'text', text: `${sum}` }], structuredContent: { sum } };
  });
  tool('fail', 'Says that it failed', ({ why }) => ({
    content: [{ type: 'text', text: String(why) }],
    structuredContent: { why },
    isError: true,
  }));
  tool('slow', 'Answers after a while', async ({ ms }) => {
    await sleep(Number(ms));
    return 'at last';
  });
  tool('crash', 'Ends the process', () => process.exit(3));
  tool('hang', 'Never gives the thread back', () => {
    for (;;);
  });
  tool('huge', 'Says much', ({ bytes }) => 'x'.repeat(Number(bytes)));
  tool('flood', 'Notifies without end, with many messages or with large ones', async ({ bytes = 1 }) => {
    const params = { level: 'info', data: 'x'.repeat(Number(bytes)) };
    const line = `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params })}\n`;
    for (let i = 0; i < 200; i++) {
      raw(line.repeat(Number(bytes) === 1 ? 100 : 1));
      await sleep(1);
    }
    return 'done';
  });
  tool('garbage', 'Prints what is no message, and then answers', () => {
    raw('this is no message\n{"jsonrpc": \n[]\n{}\n');
    return 'after garbage';
  });
  tool('env', 'Tells its environment', () => JSON.stringify(process.env));
  tool('pid', 'Tells its process', () => String(process.pid));
  tool('calls', 'Counts', () => String(calls));
  if (process.env['NO_COMPLETION'] === undefined) {
    tool('chat', 'Answers like a model', ({ messages }) => {
      const last = (messages as { content: string }[]).at(-1);
      return `You said: ${last?.content}`;
    });
  }
  return server;
}

if (process.argv[2] === 'http') {
  const handle = toNodeHandler(createMcpHandler(buildServer));
  const token = process.env['REQUIRED_TOKEN'];
  const web = createServer((request: IncomingMessage, response) => {
    if (request.url === '/away') return void response.writeHead(307, { location: String(process.env['AWAY_TO']) }).end();
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    void handle(request, response);
  });
  web.listen(0, '127.0.0.1', () => process.stdout.write(`${(web.address() as AddressInfo).port}\n`));
} else if (process.argv[2] === 'sse') {
  await serveSse();
} else {
  serveStdio(buildServer);
}

/** The older transport, by the older SDK: an event stream, and messages posted beside it. */
async function serveSse(): Promise<void> {
  const { McpServer: OlderServer } = await import('@modelcontextprotocol/sdk/server/mcp.js');
  const { SSEServerTransport } = await import('@modelcontextprotocol/sdk/server/sse.js');
  const streams = new Map<string, InstanceType<typeof SSEServerTransport>>();
  const web = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'POST') {
      void streams.get(url.searchParams.get('sessionId') ?? '')?.handlePostMessage(request, response);
      return;
    }
    const transport = new SSEServerTransport('/messages', response);
    streams.set(transport.sessionId, transport);
    const server = new OlderServer({ name: 'harness', version: '1.0.0' });
    server.registerTool('who', {}, () => ({ content: [{ type: 'text', text: String(request.headers['x-who']) }] }));
    void server.connect(transport);
  });
  web.listen(0, '127.0.0.1', () => process.stdout.write(`${(web.address() as AddressInfo).port}\n`));
}
