import type { Keyboard } from '#surfaces/cli/keyboard.ts';
import type { Window } from '#surfaces/cli/terminal.ts';

/** What commands of the console may do with the person in front of it. */
export interface Hands {
  /** Null where nobody can be asked. */
  readonly keyboard: Keyboard | null;
  readonly window: Window | null;
  /** Asks for a line. @returns null when the person wants out */
  ask(question: string, signal: AbortSignal): Promise<string | null>;
  /** Gives the terminal away while something else uses it, such as an editor. */
  away<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Whether a person sits at a terminal that can be drawn on. */
  canDraw(): boolean;
}
