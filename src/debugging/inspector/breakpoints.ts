import { fieldsOf, type Fields } from './protocol-message.ts';
import { locationOf } from './stops.ts';

interface Breakpoint {
  readonly method: string;
  readonly params: Fields;
  /** Places in V8's script, as `script:line:column`. */
  readonly places: ReadonlySet<string>;
}

/**
 * The breakpoints of one debugger. V8 numbers breakpoints anew whenever the thread of an isolate enters it, so two that were set at
 * different times can have the same number, whichever debugger they belong to. It then says that the wrong one was hit, and takes the
 * wrong one away. So what was hit is worked out from places here, and one is taken away by taking all away and setting the others again:
 * however the numbers are mixed up, all of them together are the right ones.
 */
export class Breakpoints {
  readonly #asked = new Map<number, { readonly method: string; readonly params: Fields }>();
  readonly #kept = new Map<string, Breakpoint>();

  /** A question that sets a breakpoint, as it goes to V8. */
  ask(id: number, method: string, params: Fields): void {
    this.#asked.set(id, { method, params });
  }

  /** V8's answer to it; null when it refused. */
  answered(id: number, result: Fields | null): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    const breakpointId = result?.['breakpointId'];
    if (!asked || !result || typeof breakpointId !== 'string') return;
    const locations = Array.isArray(result['locations']) ? (result['locations'] as unknown[]) : [result['actualLocation']];
    this.#kept.set(breakpointId, { ...asked, places: new Set(locations.map((location) => placeOf(fieldsOf(location)))) });
  }

  /** A breakpoint got another place, in a script that came later. */
  resolved(params: Fields): void {
    const known = this.#kept.get(String(params['breakpointId']));
    if (!known) return;
    this.#kept.set(String(params['breakpointId']), { ...known, places: new Set([...known.places, placeOf(fieldsOf(params['location']))]) });
  }

  forget(breakpointId: unknown): void {
    this.#kept.delete(String(breakpointId));
  }

  /** Those at which an execution stands, by the parameters of `Debugger.paused`. */
  hit(paused: Fields): string[] {
    const place = placeOf(locationOf(paused));
    return [...this.#kept].filter(([, { places }]) => places.has(place)).map(([id]) => id);
  }

  /** Questions that take all of them away. */
  removals(): { method: string; params: Fields }[] {
    return [...this.#kept.keys()].map((breakpointId) => ({ method: 'Debugger.removeBreakpoint', params: { breakpointId } }));
  }

  /** Questions that set all of them again. V8 gives each the id that it had. */
  settings(): { method: string; params: Fields }[] {
    return [...this.#kept.values()].map(({ method, params }) => ({ method, params }));
  }
}

function placeOf({ scriptId, lineNumber, columnNumber }: Fields): string {
  return `${String(scriptId)}:${String(lineNumber)}:${String(columnNumber)}`;
}
