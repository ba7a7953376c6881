import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { McpClient } from '../clients/client.ts';
import { requestTooLarge } from '../errors.ts';
import { createHandedOffCalls } from './handed-off.ts';
import type { McpParts } from './mcp-parts.ts';
import { createProtocolServers } from './protocol-server.ts';
import { createTextTransport, type TextTransport } from './text-transport.ts';

export interface StdioConnection {
  /** Settles when the client is gone, or has been told to go. */
  readonly ended: Promise<void>;
  readonly close: () => Promise<void>;
}

export interface StdioOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Milliseconds that answers may still take when nothing more will be asked; 5,000 unless said otherwise. */
  readonly lastAnswersMs?: number;
}

const usualLastAnswersMs = 5_000;

/** Speaks MCP over a pair of streams, one message a line, to one client. Nothing else is written to them. */
export function serveOverStdio(parts: McpParts, client: McpClient, options: StdioOptions): StdioConnection {
  const { input, output, lastAnswersMs = usualLastAnswersMs } = options;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const transport = createTextTransport({ write: (text) => writeLine(output, text), onEnded: end, clock: parts.clock });
  const handedOff = createHandedOffCalls(parts.newId, () => parts.clock.now());
  const build = createProtocolServers(parts, handedOff);
  const servers = new Set<ReturnType<typeof build>>();
  const handle = serveStdio(
    ({ era }) => {
      const server = build(client, era);
      servers.add(server);
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- It is no event target.
      server.onclose = () => servers.delete(server);
      return server;
    },
    { transport, onerror: (error) => parts.log('debug', 'MCP over standard input', { problem: error.message }) },
  );
  const unfollow = parts.onTasksChanged(() => {
    for (const server of servers) {
      void server.sendToolListChanged().catch(() => {});
      void server.sendResourceListChanged().catch(() => {});
    }
  });
  const close = async () => {
    unfollow();
    handedOff.closeAll();
    stopReading();
    await handle.close();
    end();
  };
  const stopReading = readLines(input, transport, parts.settings.maxRequestBytes, () => {
    // Whoever pipes requests in and closes the pipe still wants to read what comes of them.
    const late = setTimeout(() => void close(), lastAnswersMs);
    void transport
      .whenAnswered()
      .then(close)
      .finally(() => clearTimeout(late));
  });
  output.once('error', () => void close());
  output.once('close', () => void close());
  return { ended, close };
}

/** @param onEnd called once, when nothing more will come @returns what ends the reading */
function readLines(input: Readable, transport: TextTransport, maxBytes: number, onEnd: () => void): () => void {
  const decoder = new StringDecoder('utf8');
  let pieces: string[] = [];
  let length = 0;
  let isOver = false;
  const line = () => {
    if (length > maxBytes) transport.refuse(requestTooLarge({ limitBytes: maxBytes }));
    else transport.receive(pieces.join(''));
    pieces = [];
    length = 0;
  };
  const take = (text: string) => {
    length += text.length;
    // What is too long is counted to its end, and not kept.
    if (length <= maxBytes) pieces.push(text);
    else pieces = [];
  };
  const onData = (chunk: Buffer | string) => {
    let text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n')) {
      take(text.slice(0, at));
      line();
      text = text.slice(at + 1);
    }
    take(text);
  };
  const stop = () => {
    isOver = true;
    input.off('data', onData);
    input.off('end', onClose);
    input.off('close', onClose);
    input.pause();
  };
  const onClose = () => {
    if (isOver) return;
    stop();
    if (length > 0) line();
    onEnd();
  };
  input.on('data', onData);
  input.once('end', onClose);
  input.once('close', onClose);
  input.once('error', onClose);
  return stop;
}

function writeLine(output: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (output.destroyed || !output.writable) reject(new Error('nobody reads any more'));
    else output.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
