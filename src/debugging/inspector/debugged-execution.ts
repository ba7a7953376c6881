import type { DebuggerLink, DebuggerPort, LogLine } from '#engine/index.ts';
import type { Task } from '#tasks/index.ts';
import { scriptViewOf, type ScriptView } from './script-view.ts';
import { SessionView } from './session-view.ts';
import { ownSession, StopControl } from './stop-control.ts';

/** A debugger, as the execution sees it. */
export interface DebuggerPeer {
  /** @param message of the DevTools protocol, JSON text */
  readonly say: (message: string) => void;
}

/** The execution, as a debugger sees it. */
export interface DebuggerConnection {
  /** @param json what the debugger sends, whatever it is */
  readonly hear: (json: string) => void;
  readonly leave: () => void;
}

export interface DebuggedOptions {
  /** Wait for a debugger, and stand still before the author's first line. */
  readonly breakAtStart: boolean;
  /** Called when the first debugger has connected. */
  readonly onAttach?: () => void;
}

interface Session {
  readonly number: number;
  readonly peer: DebuggerPeer;
  readonly view: SessionView;
}

/** The execution, once it is in its worker. */
interface Live {
  readonly link: DebuggerLink;
  readonly control: StopControl;
}

/** The debuggers on one side, the execution on the other. To be handed to the execution as `instruments.debugger`. */
export class DebuggedExecution implements DebuggerPort {
  readonly #options: DebuggedOptions;
  readonly #script: ScriptView;
  readonly #label: string;
  readonly #sessions = new Map<number, Session>();
  #lastNumber = ownSession;
  #live: Live | undefined;
  /** What debuggers did before the execution was in its worker. */
  readonly #early: (() => void)[] = [];

  constructor(task: Task, options: DebuggedOptions) {
    this.#options = options;
    this.#script = scriptViewOf(task);
    this.#label = task.label;
  }

  connect(peer: DebuggerPeer): DebuggerConnection {
    const view = new SessionView(this.#script, this.#label, this.#options.breakAtStart);
    const session: Session = { number: ++this.#lastNumber, peer, view };
    this.#sessions.set(session.number, session);
    if (this.#sessions.size === 1) this.#options.onAttach?.();
    this.#whenLive(({ link }) => link.attach(session.number));
    return {
      hear: (json) => this.#whenLive((live) => this.#hear(session, json, live)),
      leave: () => this.#whenLive((live) => this.#leave(session, live)),
    };
  }

  onReady(link: DebuggerLink): void {
    this.#live = { link, control: new StopControl(link, this.#script, this.#options.breakAtStart) };
    for (const act of this.#early.splice(0)) act();
  }

  onMessage(number: number, json: string): void {
    if (number === ownSession) return this.#live?.control.hear(json);
    const session = this.#sessions.get(number);
    const message = session?.view.fromInspector(json) ?? null;
    if (session && message !== null) session.peer.say(message);
  }

  onEnd(): void {
    const message = JSON.stringify({ method: 'Inspector.detached', params: { reason: 'target_closed' } });
    for (const session of this.#sessions.values()) session.peer.say(message);
  }

  log(line: LogLine): void {
    for (const session of this.#sessions.values()) {
      const message = session.view.console(line);
      if (message !== null) session.peer.say(message);
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
    for (const message of toDebugger) session.peer.say(message);
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
