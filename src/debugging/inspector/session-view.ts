import { createHash } from 'node:crypto';
import type { LogLine } from '#engine/index.ts';
import { Breakpoints } from './breakpoints.ts';
import { fieldsOf, firstOwnId, gateUrl, isFields, parseMessage, type Fields } from './protocol-message.ts';
import type { ScriptView } from './script-view.ts';
import { isStepIntoAdded, placeIn, scriptStoodIn } from './stops.ts';

/** What becomes of a message from a debugger. */
export interface FromDebugger {
  /** For V8's inspector, in order. */
  readonly toInspector: readonly string[];
  /** For the debugger, where it is answered here. */
  readonly toDebugger: readonly string[];
  /** What the debugger wants of the execution, besides: that it begins, stands still soon, or goes on. */
  readonly wish: 'begin' | 'stop' | 'go-on' | null;
  /** A breakpoint is taken away: see `Breakpoints`. */
  readonly movesBreakpoints: boolean;
}

/** Scripts of the platform are called so. */
const platform = 'platform:';
const platformPattern = '^(platform|ratchet):';
/** Questions that V8 takes to be about its default context, which is not the one the task runs in, and what names the context in each. */
const contextFields: Readonly<Record<string, string>> = {
  'Runtime.evaluate': 'contextId',
  'Runtime.compileScript': 'executionContextId',
  'Runtime.runScript': 'executionContextId',
  'Runtime.globalLexicalScopeNames': 'executionContextId',
};
const wishes: Readonly<Record<string, FromDebugger['wish']>> = {
  'Runtime.runIfWaitingForDebugger': 'begin',
  'Debugger.pause': 'stop',
  'Debugger.stepInto': 'stop',
  'Debugger.stepOver': 'stop',
  'Debugger.stepOut': 'stop',
  'Debugger.resume': 'go-on',
};
const setsBreakpoint = new Set(['Debugger.setBreakpoint', 'Debugger.setBreakpointByUrl']);
const takesBreakpointsAway = new Set(['Debugger.removeBreakpoint', 'Debugger.disable']);
const consoleTypes: Readonly<Record<string, string>> = { debug: 'debug', info: 'log', warn: 'warning', error: 'error' };

/**
 * One debugger's view of an execution. Between V8's inspector and the debugger it translates names and places of the task's script to
 * the author's files, and keeps what belongs to the platform out of sight: its scripts, its frames, its contexts and its stops.
 * What comes from the inspector has passed through a worker and is read as hostile input.
 */
export class SessionView {
  readonly #script: ScriptView;
  readonly #label: string;
  /** The first stop is the one before the author's first line. */
  #stopsAtStart: boolean;
  #scriptId: string | undefined;
  /** What V8 calls the script; a comment in the code can change that. */
  #scriptName: string;
  readonly #hiddenScripts = new Set<string>();
  #breakpoints = new Breakpoints();
  #gateScript: string | undefined;
  #contextId: number | undefined;
  #ownId = firstOwnId;
  readonly #asked = new Map<number, string>();
  #wantsConsole = false;
  #hidesResumed = false;
  /** The debugger wants to be told of stops. */
  isListening = false;

  constructor(script: ScriptView, label: string, stopsAtStart: boolean) {
    this.#script = script;
    this.#scriptName = script.filename;
    this.#label = label;
    this.#stopsAtStart = stopsAtStart;
  }

  /** @param json whatever the debugger sent */
  fromDebugger(json: string): FromDebugger {
    const message = parseMessage(json);
    const id = message?.id;
    const nothing = { toInspector: [], toDebugger: [], wish: null, movesBreakpoints: false };
    // V8 says what is wrong with it.
    if (message === null || typeof id !== 'number' || typeof message.method !== 'string') return { ...nothing, toInspector: [json] };
    const { method } = message;
    const params = fieldsOf(message.params);
    const answer = this.#answerHere(method, params);
    if (answer !== null) return { ...nothing, toDebugger: [JSON.stringify({ id, ...answer })] };
    this.#asked.set(id, method);
    const translated = this.#toInspector(method, params);
    if (setsBreakpoint.has(method)) this.#breakpoints.ask(id, method, translated);
    if (method === 'Debugger.removeBreakpoint') this.#breakpoints.forget(params['breakpointId']);
    if (method === 'Runtime.enable') this.#wantsConsole = true;
    if (method === 'Runtime.disable') this.#wantsConsole = false;
    if (method === 'Debugger.enable') this.isListening = true;
    if (method === 'Debugger.disable') this.isListening = false;
    const toInspector = [JSON.stringify({ ...message, params: translated })];
    if (method === 'Debugger.disable') {
      toInspector.unshift(...this.removeBreakpoints());
      this.#breakpoints = new Breakpoints();
    }
    if (method === 'Debugger.enable') toInspector.push(this.#own('Debugger.setBlackboxPatterns', { patterns: [platformPattern] }));
    return { ...nothing, toInspector, wish: wishes[method] ?? null, movesBreakpoints: takesBreakpointsAway.has(method) };
  }

  /** @returns the message for the debugger; null when it is not meant for it */
  fromInspector(json: string): string | null {
    const message = parseMessage(json);
    if (message === null) return null;
    if (typeof message.id === 'number') {
      const { id, result } = message;
      if (id >= firstOwnId) return null;
      const method = this.#asked.get(id);
      this.#asked.delete(id);
      this.#breakpoints.answered(id, isFields(result) ? result : null);
      return JSON.stringify({ ...message, ...(result === undefined ? {} : { result: this.#answer(method, result) }) });
    }
    if (typeof message.method !== 'string') return null;
    const params = this.#notification(message.method, fieldsOf(message.params));
    return params === null ? null : JSON.stringify({ ...message, params });
  }

  /** Messages for V8's inspector that take all of the debugger's breakpoints away. */
  removeBreakpoints(): string[] {
    return this.#breakpoints.removals().map(({ method, params }) => this.#own(method, params));
  }

  /** Messages for V8's inspector that set them again. */
  setBreakpoints(): string[] {
    return this.#breakpoints.settings().map(({ method, params }) => this.#own(method, params));
  }

  /** A log line of the task as a message of the console, which the task's own console does not reach. Null when nobody wants it. */
  console({ level, message, at }: LogLine): string | null {
    if (!this.#wantsConsole || this.#contextId === undefined) return null;
    const params = {
      type: consoleTypes[level] ?? 'log',
      args: [{ type: 'string', value: message }],
      executionContextId: this.#contextId,
      timestamp: at,
    };
    return JSON.stringify({ method: 'Runtime.consoleAPICalled', params });
  }

  #own(method: string, params: Fields): string {
    return JSON.stringify({ id: this.#ownId++, method, params });
  }

  #answerHere(method: string, params: Fields): Fields | null {
    const isScript = this.#scriptId !== undefined && params['scriptId'] === this.#scriptId;
    if (method === 'Debugger.getScriptSource' && isScript) return { result: { scriptSource: this.#script.source } };
    if (method === 'Debugger.setScriptSource') {
      return { error: { code: -32000, message: 'Code cannot be edited while it runs: save the file and run the task again.' } };
    }
    return null;
  }

  #toInspector(method: string, params: Fields): Fields {
    if (method === 'Debugger.setBlackboxPatterns') {
      const patterns = Array.isArray(params['patterns']) ? (params['patterns'] as unknown[]) : [];
      return { ...params, patterns: [platformPattern, ...patterns] };
    }
    const contextField = contextFields[method];
    if (contextField !== undefined && this.#contextId !== undefined) {
      const isNamed = params[contextField] !== undefined || params['uniqueContextId'] !== undefined;
      return isNamed ? params : { ...params, [contextField]: this.#contextId };
    }
    if (method !== 'Debugger.setBreakpointByUrl') return this.#placesToInspector(params);
    if (typeof params['url'] === 'string') {
      return params['url'] === this.#script.url ? { ...this.#moved(params), url: this.#scriptName } : params;
    }
    if (typeof params['urlRegex'] === 'string' && matches(params['urlRegex'], this.#script.url)) {
      const { urlRegex: _, ...others } = this.#moved(params);
      return { ...others, url: this.#scriptName };
    }
    return params;
  }

  /** Locations of the script in a question: the only nested ones there are stand directly in its parameters. */
  #placesToInspector(params: Fields): Fields {
    const changed: Fields = { ...params };
    for (const [name, value] of Object.entries(params)) {
      if (isFields(value) && value['scriptId'] === this.#scriptId) changed[name] = this.#moved(value);
    }
    return changed;
  }

  #moved(location: Fields): Fields {
    const place = placeIn(location);
    return place ? { ...location, ...this.#script.inScript(place) } : location;
  }

  #answer(method: string | undefined, result: unknown): unknown {
    if (method === 'Debugger.searchInContent') {
      const found = isFields(result) && Array.isArray(result['result']) ? (result['result'] as Fields[]) : [];
      // V8 counts the line in front of the author's first.
      const lines = found
        .map((line) => ({ ...line, lineNumber: Number(line['lineNumber']) - 1 }))
        .filter(({ lineNumber }) => lineNumber >= 0);
      return { ...fieldsOf(result), result: lines };
    }
    return this.#shown(result, 0);
  }

  #notification(method: string, params: Fields): Fields | null {
    switch (method) {
      case 'Debugger.scriptParsed':
      case 'Debugger.scriptFailedToParse':
        return this.#scriptParsed(params);
      case 'Runtime.executionContextCreated':
        return this.#contextCreated(params);
      case 'Runtime.executionContextDestroyed':
        return params['executionContextId'] === this.#contextId ? params : null;
      case 'Debugger.paused':
        return this.#paused(params);
      case 'Debugger.resumed':
        return this.#resumed(params);
      case 'HeapProfiler.addHeapSnapshotChunk':
        return params;
      case 'Debugger.breakpointResolved':
        this.#breakpoints.resolved(params);
        return fieldsOf(this.#shown(params, 0));
      default:
        return fieldsOf(this.#shown(params, 0));
    }
  }

  #scriptParsed(params: Fields): Fields | null {
    const { url, embedderName } = params;
    const scriptId = String(params['scriptId']);
    const name = String(embedderName ?? url);
    if (name.startsWith(platform) || name === gateUrl) {
      this.#hiddenScripts.add(scriptId);
      if (name === gateUrl) this.#gateScript ??= scriptId;
      return null;
    }
    if (embedderName !== this.#script.filename || (this.#scriptId ?? scriptId) !== scriptId) return params;
    this.#scriptId = scriptId;
    this.#scriptName = typeof url === 'string' && url !== '' ? url : this.#script.filename;
    const lines = this.#script.source.split('\n');
    return {
      ...params,
      url: this.#script.url,
      embedderName: this.#script.url,
      startLine: 0,
      startColumn: 0,
      endLine: lines.length - 1,
      endColumn: lines.at(-1)!.length,
      length: this.#script.source.length,
      // Editors compare it with the file they have open.
      hash: createHash('sha256').update(this.#script.source).digest('hex'),
      hasSourceURL: false,
      ...(this.#script.sourceMapUrl === '' ? {} : { sourceMapURL: this.#script.sourceMapUrl }),
    };
  }

  #contextCreated(params: Fields): Fields | null {
    const context = fieldsOf(params['context']);
    // V8 makes one for every isolate, in which nothing ever runs.
    if (context['name'] === 'default' || typeof context['id'] !== 'number') return null;
    this.#contextId ??= context['id'];
    return { ...params, context: { ...context, name: this.#label, auxData: { isDefault: true } } };
  }

  #paused(params: Fields): Fields | null {
    const isAtGate = this.#gateScript !== undefined && scriptStoodIn(params) === this.#gateScript;
    this.#hidesResumed = isAtGate || isStepIntoAdded(params, this.#script, this.#scriptId);
    if (this.#hidesResumed) return null;
    const shown = fieldsOf(this.#shown(params, 0));
    const hits = params['reason'] === 'other' ? this.#breakpoints.hit(params) : [];
    if (hits.length > 0) shown['hitBreakpoints'] = hits;
    const isStart = this.#stopsAtStart && hits.length === 0;
    this.#stopsAtStart = false;
    // What Node says there; editors tell this stop from one at a breakpoint.
    return isStart ? { ...shown, reason: 'Break on start' } : shown;
  }

  #resumed(params: Fields): Fields | null {
    const hides = this.#hidesResumed;
    this.#hidesResumed = false;
    return hides ? null : params;
  }

  /** Any value with the script's names and places replaced, and without frames of the platform. */
  #shown(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null || depth > 100) return value;
    if (Array.isArray(value)) return value.map((one) => this.#shown(one, depth + 1));
    const before = value as Fields;
    const after: Fields = Object.fromEntries(
      Object.entries(before).map(([name, inner]) => [
        name,
        this.#shown(name === 'callFrames' && Array.isArray(inner) ? this.#withoutPlatform(inner) : inner, depth + 1),
      ]),
    );
    // A frame of a stack that stands still names its script inside of its location.
    const location = isFields(before['location']) ? before['location'] : before;
    if (this.#scriptId === undefined || location['scriptId'] !== this.#scriptId) return after;
    if (typeof before['url'] === 'string') after['url'] = this.#script.url;
    const place = location === before ? placeIn(before) : null;
    return place ? { ...after, ...this.#script.shown(place) } : after;
  }

  #withoutPlatform(frames: readonly unknown[]): unknown[] {
    const own = frames.filter((frame) => !this.#isPlatform(frame));
    return own.length > 0 ? own : [...frames];
  }

  #isPlatform(frame: unknown): boolean {
    if (!isFields(frame)) return false;
    const location = isFields(frame['location']) ? frame['location'] : frame;
    const url = String(frame['url']);
    return this.#hiddenScripts.has(String(location['scriptId'])) || url.startsWith(platform) || url === gateUrl;
  }
}

/** A debugger's own pattern, so whatever is wrong with it is its own affair. */
function matches(pattern: string, url: string): boolean {
  try {
    return new RegExp(pattern).test(url);
  } catch {
    return false;
  }
}
