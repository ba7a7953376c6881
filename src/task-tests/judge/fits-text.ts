import { createContext, Script, type Context } from 'node:vm';
import type { TextRule } from '../test-case.ts';

/** A pattern of a test needs microseconds; one that needs this long has exploded. */
const longestMs = 1_000;

const script = new Script('new RegExp(source, flags).test(text)');
/** Holds three texts and nothing of ours; making one takes longer than most patterns. */
let context: Context | undefined;

/**
 * Whether a text is as a rule says. A regular expression is run under a time limit: it comes from a file somebody may have been sent,
 * and one that backtracks for ever would hold this process beyond the reach of Ctrl-C.
 * @returns `too-slow` when the limit was reached
 */
export function fitsText(rule: TextRule, text: string): boolean | 'too-slow' {
  if (rule.kind === 'part') return text.includes(rule.text);
  context ??= createContext(Object.create(null) as Context);
  const { source, flags } = rule;
  Object.assign(context, { source, flags, text });
  try {
    return script.runInContext(context, { timeout: longestMs }) === true;
  } catch {
    return 'too-slow';
  }
}
