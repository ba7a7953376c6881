import type { DebuggerPort, LogLine } from '#engine/index.ts';
import type { Task } from '#tasks/index.ts';
import type { WebSocket } from 'ws';
import { fileUrlOf } from '../task-urls.ts';
import { DebuggedExecution, type DebuggedOptions } from './debugged-execution.ts';
import { openInspectorServer, type InspectorAddress } from './inspector-server.ts';

export type InspectorOptions = InspectorAddress & DebuggedOptions;

/** A place for debuggers to connect to, for one execution. */
export interface Inspector {
  readonly webSocketUrl: string;
  /** Opens DevTools in Chrome. */
  readonly devtoolsUrl: string;
  /** To be handed to the execution, as `instruments.debugger`. */
  readonly port: DebuggerPort;
  /** Shows a line of the task's log in the debuggers' consoles. */
  log(line: LogLine): void;
  /** Ends every connection, and gives the port back. */
  close(): Promise<void>;
}

/** A debugger that takes in less than it is sent is left behind by at most this many bytes, then cut off. */
const mostUnsentBytes = 256 * 1024 * 1024;

/**
 * Opens a task's next execution to debuggers: DevTools, editors, or anything that speaks the DevTools protocol over a WebSocket. Several
 * may connect, one after the other or at once; when the last one leaves, a task that stands still goes on.
 * @throws INSPECTOR_ADDRESS_UNUSABLE
 */
export async function openInspector(task: Task, options: InspectorOptions): Promise<Inspector> {
  const execution = new DebuggedExecution(task, options);
  const server = await openInspectorServer(options, {
    title: `${task.label} ${task.version}`,
    url: fileUrlOf(task, task.program.filename),
    onConnect: (socket) => connect(execution, socket),
  });
  return {
    webSocketUrl: server.webSocketUrl,
    devtoolsUrl: server.devtoolsUrl,
    port: execution,
    log: (line) => execution.log(line),
    close: () => server.close(),
  };
}

function connect(execution: DebuggedExecution, socket: WebSocket): void {
  const connection = execution.connect({
    say(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > mostUnsentBytes) socket.terminate();
      else socket.send(message);
    },
  });
  socket.on('message', (data, isBinary) => {
    // Binary messages are no part of the protocol.
    if (!isBinary) connection.hear((data as Buffer).toString('utf8'));
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => connection.leave());
}
