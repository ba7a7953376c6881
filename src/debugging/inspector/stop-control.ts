import type { DebuggerLink } from '#engine/index.ts';
import { fieldsOf, gateUrl, parseMessage } from './protocol-message.ts';
import type { ScriptView } from './script-view.ts';
import { isStepIntoAdded, scriptStoodIn } from './stops.ts';

/** The session of ours, beside those of debuggers. */
export const ownSession = 0;

/**
 * Decides, in a session of its own, what happens when an execution stands still: at the gate it waits for the debugger and then steps to
 * the author's first line; elsewhere it goes on by itself when no debugger is there that could tell it to.
 */
export class StopControl {
  readonly #link: DebuggerLink;
  readonly #script: ScriptView;
  /** Wait at the first gate until a debugger says that the task may begin. */
  #waits: boolean;
  #listeners = 0;
  #isStanding = false;
  #isStandingAtStart = false;
  #lastId = 0;
  /** V8's ids of the two; they are compiled before anything of the task could take their names. */
  #gateScript: unknown;
  #taskScript: unknown;

  constructor(link: DebuggerLink, script: ScriptView, waits: boolean) {
    this.#link = link;
    this.#script = script;
    this.#waits = waits;
    link.attach(ownSession);
    this.#ask('Debugger.enable');
    this.#ask('Debugger.setBlackboxPatterns', { patterns: ['^platform:'] });
    // What was asked is dealt with before the execution begins: its thread takes both in turn.
    if (waits) link.gate(true);
    link.proceed();
  }

  /** What V8's inspector says to the session of ours. From a worker: hostile input. */
  hear(json: string): void {
    const message = parseMessage(json);
    const params = fieldsOf(message?.params);
    if (message?.method === 'Debugger.scriptParsed') {
      if (params['url'] === gateUrl) this.#gateScript ??= params['scriptId'];
      if (params['embedderName'] === this.#script.filename) this.#taskScript ??= params['scriptId'];
    }
    if (message?.method === 'Debugger.resumed') this.#isStanding = false;
    if (message?.method !== 'Debugger.paused') return;
    this.#isStanding = true;
    if (scriptStoodIn(params) !== this.#gateScript) {
      const goesOn = isStepIntoAdded(params, this.#script, this.#taskScript);
      // Otherwise what the gate was closed for has come about.
      if (!goesOn) this.#link.gate(false);
      if (this.#listeners === 0) this.#ask('Debugger.resume');
      else if (goesOn) this.#ask('Debugger.stepInto');
      return;
    }
    // The gate has three places: its `debugger` statement, the call of the realm, and its end. A step from there leads to what runs next
    // before the isolate is left, which is what an `await` was waiting for.
    if (this.#waits) this.#isStandingAtStart = true;
    else this.#leaveGate();
  }

  /** A debugger says that the task may begin. */
  begin(): void {
    this.#waits = false;
    if (this.#isStandingAtStart) this.#leaveGate();
    this.#isStandingAtStart = false;
  }

  /** A debugger wants a stop soon: it paused, or makes a step that may end at an `await`. */
  stopSoon(): void {
    this.#link.gate(true);
  }

  /** A debugger lets the execution go on. */
  goOn(): void {
    if (!this.#waits) this.#link.gate(false);
  }

  /** How many debuggers want to be told of stops. */
  listen(listeners: number): void {
    if (listeners === this.#listeners) return;
    this.#listeners = listeners;
    if (listeners > 0 || this.#isStandingAtStart) return;
    this.goOn();
    if (this.#isStanding) this.#ask('Debugger.resume');
  }

  #leaveGate(): void {
    if (this.#listeners > 0) return this.#ask('Debugger.stepInto');
    this.#link.gate(false);
    this.#ask('Debugger.resume');
  }

  #ask(method: string, params: object = {}): void {
    this.#link.send(ownSession, JSON.stringify({ id: ++this.#lastId, method, params }));
  }
}
