import type { DebuggerLink, DebuggerPort, LogLine } from '#engine/index.ts';
import type { Task } from '#tasks/index.ts';
import type { WebSocket } from 'ws';
import { fileUrlOf } from '../task-urls.ts';
import { openInspectorServer, type InspectorAddress } from './inspector-server.ts';
import { scriptViewOf } from './script-view.ts';
import { SessionView } from './session-view.ts';
import { ownSession, StopControl } from './stop-control.ts';

export interface InspectorOptions extends InspectorAddress {
  /** Wait for a debugger, and stand still before the author's first line. */
  readonly breakAtStart: boolean;
  /** Called when the first debugger has connected. */
  readonly onAttach?: () => void;
}

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

interface Session {
  readonly number: number;
  readonly socket: WebSocket;
  readonly view: SessionView;
}

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
    onConnect: (socket) => execution.connect(socket),
  });
  return {
    webSocketUrl: server.webSocketUrl,
    devtoolsUrl: server.devtoolsUrl,
    port: execution,
    log: (line) => execution.log(line),
    close: () => server.close(),
  };
}

/** The execution, once it is in its worker. */
interface Live {
  readonly link: DebuggerLink;
  readonly control: StopControl;
}

/** The debuggers on one side, the execution on the other. */
class DebuggedExecution implements DebuggerPort {
  readonly #options: InspectorOptions;
  readonly #script;
  readonly #label: string;
  readonly #sessions = new Map<number, Session>();
  #lastNumber = ownSession;
  #live: Live | undefined;
  /** What debuggers did before the execution was in its worker. */
  readonly #early: (() => void)[] = [];

  constructor(task: Task, options: InspectorOptions) {
    this.#options = options;
    this.#script = scriptViewOf(task);
    this.#label = task.label;
  }

  connect(socket: WebSocket): void {
    const view = new SessionView(this.#script, this.#label, this.#options.breakAtStart);
    const session: Session = { number: ++this.#lastNumber, socket, view };
    this.#sessions.set(session.number, session);
    if (this.#sessions.size === 1) this.#options.onAttach?.();
    this.#whenLive(({ link }) => link.attach(session.number));
    socket.on('message', (data, isBinary) => {
      // Binary messages are no part of the protocol.
      if (!isBinary) this.#whenLive((live) => this.#hear(session, (data as Buffer).toString('utf8'), live));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#whenLive((live) => this.#leave(session, live)));
  }

  onReady(link: DebuggerLink): void {
    this.#live = { link, control: new StopControl(link, this.#script, this.#options.breakAtStart) };
    for (const act of this.#early.splice(0)) act();
  }

  onMessage(number: number, json: string): void {
    if (number === ownSession) return this.#live?.control.hear(json);
    const session = this.#sessions.get(number);
    const message = session?.view.fromInspector(json) ?? null;
    if (session && message !== null) say(session, message);
  }

  onEnd(): void {
    const message = JSON.stringify({ method: 'Inspector.detached', params: { reason: 'target_closed' } });
    for (const session of this.#sessions.values()) say(session, message);
  }

  log(line: LogLine): void {
    for (const session of this.#sessions.values()) {
      const message = session.view.console(line);
      if (message !== null) say(session, message);
    }
  }

  #whenLive(act: (live: Live) => void): void {
    if (this.#live) act(this.#live);
    else this.#early.push(() => act(this.#live!));
  }

  #hear(session: Session, json: string, { link, control }: Live): void {
    const { toInspector, toDebugger, wish, movesBreakpoints } = session.view.fromDebugger(json);
    control.listen(this.#listeners());
    // Before the message: what it sets going may reach the gate at once.
    if (wish === 'stop') control.stopSoon();
    if (wish === 'go-on') control.goOn();
    for (const message of toInspector) link.send(session.number, message);
    for (const message of toDebugger) say(session, message);
    if (movesBreakpoints) this.#setBreakpointsAgain(link);
    if (wish === 'begin') control.begin();
  }

  #leave(session: Session, { link, control }: Live): void {
    for (const message of session.view.removeBreakpoints()) link.send(session.number, message);
    this.#sessions.delete(session.number);
    this.#setBreakpointsAgain(link);
    link.detach(session.number);
    control.listen(this.#listeners());
  }

  /** First all of them away, then all of them back: see `Breakpoints`. */
  #setBreakpointsAgain(link: DebuggerLink): void {
    const sessions = [...this.#sessions.values()];
    for (const { number, view } of sessions) for (const message of view.removeBreakpoints()) link.send(number, message);
    for (const { number, view } of sessions) for (const message of view.setBreakpoints()) link.send(number, message);
  }

  #listeners(): number {
    return [...this.#sessions.values()].filter(({ view }) => view.isListening).length;
  }
}

function say({ socket }: Session, message: string): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > mostUnsentBytes) socket.terminate();
  else socket.send(message);
}
