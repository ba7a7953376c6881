import { createContext, Script } from 'node:vm';
import { attackTexts } from './attack-texts.ts';
import type { PositionAutomaton } from './position-automaton.ts';

/** Characters of a text that patterns are compared with; see subject-text.ts. */
export const longestSubject = 1_024;
/** Processor time that one expression may take on the worst text of that length that was found: time in the square of it takes some 2 ms, in the cube some 200. */
const mostCpuMs = 20;
/** The search is ended after this, by the clock on the wall. V8 looks for this while it goes back and forth. */
const hardStopMs = 250;
/** A search that was ended without having had the processor is done again: the machine was busy. */
const mostTries = 20;

/**
 * Runs an expression on growing texts made to be hard for it, and stops where it takes too long.
 * @returns what is wrong with it, or null
 */
export function probeRegex(regex: RegExp, automaton: PositionAutomaton): string | null {
  const context = createContext({ regex: new RegExp(regex.source, regex.flags), text: '' });
  const search = new Script('regex.test(text)');
  /** Processor time of one search, whether it came to its end or was ended. */
  const run = (text: string): number => {
    context['text'] = text;
    for (let tries = 1; ; tries++) {
      const before = process.threadCpuUsage();
      const hasEnded = isEnded(() => search.runInContext(context, { timeout: hardStopMs }));
      const { user, system } = process.threadCpuUsage(before);
      const ms = (user + system) / 1_000;
      if (hasEnded || ms > mostCpuMs || tries === mostTries) return hasEnded ? ms : Math.max(ms, mostCpuMs + 1);
    }
  };
  for (const length of [64, 256, longestSubject]) {
    for (const text of attackTexts(automaton, length)) {
      let ms = run(text);
      // The first run may be that of an interpreter, and any may be one in which rubbish is collected.
      for (let again = 0; again < 2 && ms > mostCpuMs && ms < hardStopMs / 2; again++) ms = Math.min(ms, run(text));
      if (ms > mostCpuMs) {
        return `takes ${Math.ceil(ms)} ms or more on a text of ${length} characters that nearly fits, where ${mostCpuMs} are allowed for ${longestSubject}`;
      }
    }
  }
  return null;
}

/** @throws anything but the end of the time */
function isEnded(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw caught;
  }
}
