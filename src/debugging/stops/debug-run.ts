import type { Task } from '#tasks/index.ts';
import type { Json } from '#kernel/index.ts';
import { DebuggedExecution } from '../inspector/debugged-execution.ts';
import { fieldsOf, isFields, type Fields } from '../inspector/protocol-message.ts';
import { scriptViewOf, type ScriptView } from '../inspector/script-view.ts';
import { placeIn } from '../inspector/stops.ts';
import { sourcePositionsOf, type SourcePosition, type SourcePositions } from '../source-positions.ts';
import { breakpointPlaces, type ScriptPlace, type WantedBreakpoint } from './breakpoint-places.ts';
import { createProtocolClient, type ProtocolClient } from './protocol-client.ts';
import { Budget, readValue, readVariables } from './read-variables.ts';

export interface StopWishes {
  readonly breakpoints: readonly WantedBreakpoint[];
  /** After the first stop, or from the first line where there is no breakpoint, stop again at each line. */
  readonly stepMode: boolean;
  /** Further stops are not made: the task runs on. */
  readonly mostStops: number;
  readonly captureVariables: boolean;
}

/** A function that was under way at a stop, with the place it stood at. */
export interface StoppedFrame extends SourcePosition {
  /** Empty for one without a name. */
  readonly function: string;
}

export interface StoppedScope {
  /** As V8 calls it: local, block, closure, catch, script, module, eval, with. */
  readonly kind: string;
  readonly name: string | null;
  readonly variables: Readonly<Record<string, Json>>;
}

/** What was seen where the execution stood still. */
export interface Stop {
  /** From 1. */
  readonly number: number;
  readonly reason: 'breakpoint' | 'step' | 'debugger-statement' | 'other';
  readonly place: SourcePosition;
  /** The line as its author wrote it; null where the text is not known. */
  readonly sourceLine: string | null;
  /** The innermost first. */
  readonly frames: readonly StoppedFrame[];
  /** The innermost first, without globals. Empty where variables were not asked for. */
  readonly scopes: readonly StoppedScope[];
  /** Something was too deep, too long or too much. */
  readonly isCut: boolean;
}

/** What became of a breakpoint that was asked for. */
export interface SetBreakpoint extends WantedBreakpoint {
  /** The line it stands on; null where there is no code to stop at. */
  readonly actualLine: number | null;
  readonly hits: number;
}

const mostFrames = 20;
const mostScopes = 8;
const longestLine = 500;

/** A debugger that needs nobody: it notes what it sees at each stop and lets the execution go on. */
export class DebugRun {
  /** To be handed to the execution, as `instruments.debugger`. */
  readonly port: DebuggedExecution;
  readonly stops: Stop[] = [];
  readonly #task: Task;
  readonly #wishes: StopWishes;
  readonly #script: ScriptView;
  readonly #positions: SourcePositions;
  readonly #client: ProtocolClient;
  readonly #set: { readonly wanted: WantedBreakpoint; readonly id: string | null; readonly actualLine: number | null; hits: number }[] = [];
  readonly #onStop: (count: number) => void;
  #isFirstStop = true;
  /** There were as many stops as were asked for. */
  #runsOn = false;

  /** @param onStop called with how many stops there have been */
  constructor(task: Task, wishes: StopWishes, onStop: (count: number) => void) {
    this.#onStop = onStop;
    this.#task = task;
    this.#wishes = wishes;
    this.#script = scriptViewOf(task);
    this.#positions = sourcePositionsOf(task.program);
    this.port = new DebuggedExecution(task, { breakAtStart: true });
    this.#client = createProtocolClient(this.port, (method, params) => {
      // The execution stands still and waits: whatever happens here, it is let go.
      if (method === 'Debugger.paused') void this.#paused(params).catch(() => this.#client.ask('Debugger.resume'));
    });
    void this.#client.ask('Runtime.enable');
    void this.#client.ask('Debugger.enable');
    void this.#client.ask('Runtime.runIfWaitingForDebugger');
  }

  /** Nothing is to stop it from here on. */
  async runOn(): Promise<void> {
    this.#runsOn = true;
    for (const { id } of this.#set) if (id !== null) await this.#client.ask('Debugger.removeBreakpoint', { breakpointId: id });
  }

  breakpoints(): SetBreakpoint[] {
    return this.#set.map(({ wanted, actualLine, hits }) => ({ ...wanted, actualLine, hits }));
  }

  async #paused(params: Fields): Promise<void> {
    // A `debugger` statement.
    if (this.#runsOn) return void (await this.#client.ask('Debugger.resume'));
    const isStart = this.#isFirstStop;
    this.#isFirstStop = false;
    if (isStart) await this.#setBreakpoints(fieldsOf(fieldsOf((params['callFrames'] as unknown[] | undefined)?.[0])['location']));
    const steps = this.#wishes.stepMode && (this.#wishes.breakpoints.length === 0 || this.stops.length > 0);
    const isHit = this.#noteHits(params);
    if (isHit || !isStart || (steps && this.#wishes.breakpoints.length === 0)) await this.#note(params, isHit);
    if (this.stops.length >= this.#wishes.mostStops) {
      // The session stays: one that ends while the execution stands still has taken the worker with it.
      await this.runOn();
      await this.#client.ask('Debugger.resume');
      return;
    }
    const goesOnStepping = this.#wishes.stepMode && (this.stops.length > 0 || this.#wishes.breakpoints.length === 0);
    await this.#client.ask(goesOnStepping ? 'Debugger.stepInto' : 'Debugger.resume');
  }

  /** @param standing where the execution stands now, before its first line */
  async #setBreakpoints(standing: Fields): Promise<void> {
    const placeOf = breakpointPlaces(this.#task.program);
    for (const wanted of this.#wishes.breakpoints) {
      const place = placeOf(wanted);
      const answer =
        place === null
          ? null
          : await this.#client.ask('Debugger.setBreakpointByUrl', {
              url: this.#script.url,
              ...(await this.#beyond(standing, this.#script.shown(place))),
              ...(wanted.condition === null ? {} : { condition: wanted.condition }),
            });
      const [location] = Array.isArray(answer?.['locations']) ? (answer['locations'] as unknown[]) : [];
      const at = isFields(location) ? this.#positionAt(location) : null;
      this.#set.push({ wanted, id: at === null ? null : String(answer?.['breakpointId']), actualLine: at?.line ?? null, hits: 0 });
    }
  }

  /**
   * On the line on which the execution stands already, a breakpoint would stand at that very place and not be come to: `() => 1` on one
   * line is that. The next place on the line is inside of the function.
   */
  async #beyond(standing: Fields, place: ScriptPlace): Promise<ScriptPlace> {
    const { scriptId } = standing;
    if (standing['lineNumber'] !== place.lineNumber) return place;
    const end = { scriptId, lineNumber: place.lineNumber + 1, columnNumber: 0 };
    const answer = await this.#client.ask('Debugger.getPossibleBreakpoints', { start: { scriptId, ...place }, end });
    const places = (Array.isArray(answer?.['locations']) ? (answer['locations'] as unknown[]) : []).flatMap(
      (one) => placeIn(fieldsOf(one)) ?? [],
    );
    const [first] = places;
    if (first?.columnNumber !== standing['columnNumber']) return place;
    return places.find(({ columnNumber }) => columnNumber > first!.columnNumber) ?? place;
  }

  /** @returns whether the execution stands at a breakpoint that was asked for */
  #noteHits(params: Fields): boolean {
    const hit = Array.isArray(params['hitBreakpoints']) ? (params['hitBreakpoints'] as unknown[]) : [];
    const found = this.#set.filter(({ id }) => id !== null && hit.includes(id));
    for (const one of found) one.hits++;
    return found.length > 0;
  }

  async #note(params: Fields, isHit: boolean): Promise<void> {
    const callFrames = (Array.isArray(params['callFrames']) ? (params['callFrames'] as unknown[]) : []).filter(isFields);
    const frames = callFrames.slice(0, 500).flatMap((frame): StoppedFrame[] => {
      const at = this.#positionAt(fieldsOf(frame['location']), frame);
      return at === null ? [] : [{ ...at, function: String(frame['functionName']).slice(0, 200) }];
    });
    const [place] = frames;
    if (place === undefined) return;
    const budget = new Budget();
    const scopes = this.#wishes.captureVariables ? await this.#scopesOf(callFrames[0]!, budget) : [];
    const line = (Object.hasOwn(this.#task.files, place.file) ? this.#task.files[place.file]! : '').split(/\r?\n/)[place.line - 1];
    this.stops.push({
      number: this.stops.length + 1,
      reason: isHit ? 'breakpoint' : params['reason'] === 'step' ? 'step' : params['reason'] === 'other' ? 'debugger-statement' : 'other',
      place: { file: place.file, line: place.line, column: place.column },
      sourceLine: line === undefined ? null : line.slice(0, longestLine),
      frames: frames.slice(0, mostFrames),
      scopes,
      isCut: budget.isCut || frames.length > mostFrames,
    });
    this.#onStop(this.stops.length);
  }

  async #scopesOf(frame: Fields, budget: Budget): Promise<StoppedScope[]> {
    const chain = (Array.isArray(frame['scopeChain']) ? (frame['scopeChain'] as unknown[]) : []).filter(isFields);
    const scopes: StoppedScope[] = [];
    for (const { type, name, object } of chain.slice(0, mostScopes)) {
      const objectId = fieldsOf(object)['objectId'];
      if (type === 'global' || typeof objectId !== 'string') continue;
      const variables = await readVariables(this.#client, objectId, budget);
      if (Object.keys(variables).length === 0) continue;
      scopes.push({ kind: String(type), name: typeof name === 'string' && name !== '' ? name.slice(0, 200) : null, variables });
    }
    const returned = fieldsOf(frame['returnValue']);
    if (isFields(frame['returnValue'])) {
      scopes.unshift({ kind: 'return', name: null, variables: { value: await readValue(this.#client, returned, budget, 0) } });
    }
    return scopes;
  }

  /** A place as debuggers are shown it, as one of the author's. Null for code nobody wrote. */
  #positionAt(location: Fields, frame: Fields = location): SourcePosition | null {
    const place = placeIn(location);
    if (place === null || (typeof frame['url'] === 'string' && frame['url'] !== this.#script.url)) return null;
    const { lineNumber, columnNumber } = this.#script.inScript(place);
    return this.#positions.at(lineNumber, columnNumber);
  }
}
