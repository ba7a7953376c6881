import { isExponential } from './judge-regex.ts';
import { positionAutomaton } from './position-automaton.ts';
import { probeRegex } from './probe-regex.ts';
import { RegexRefused, regexTree } from './regex-tree.ts';

export type ReadRegex = { readonly regex: RegExp; readonly problem?: undefined } | { readonly regex?: undefined; readonly problem: string };

const judged = new Map<string, ReadRegex>();
const mostRemembered = 2_000;

/**
 * Reads a regular expression of a pattern, with its flags in front as in `(?i)timeout`. One that cannot be read, or that some text could
 * keep busy for long, is refused: first by looking at it (two ways to read one text inside a repetition), then by running it on texts
 * made to be hard for it, in a context that can be stopped.
 */
export function readRegex(said: string): ReadRegex {
  const before = judged.get(said);
  if (before !== undefined) return before;
  const read = judge(said);
  if (judged.size >= mostRemembered) judged.clear();
  judged.set(said, read);
  return read;
}

function judge(said: string): ReadRegex {
  const compiled = compileRegex(said);
  if (compiled.problem !== undefined) return compiled;
  const { regex } = compiled;
  try {
    const automaton = positionAutomaton(
      regexTree(regex.source, { ignoreCase: regex.flags.includes('i') || regex.source.includes('(?i'), dotAll: regex.flags.includes('s') }),
    );
    if (isExponential(automaton))
      return { problem: 'repeats something that can be read in several ways, such as (a+)+ or (a|a)*: some texts would take for ever' };
    const slow = probeRegex(regex, automaton);
    return slow === null ? compiled : { problem: slow };
  } catch (caught) {
    if (caught instanceof RegexRefused) return { problem: caught.message };
    throw caught;
  }
}

/** The same for expressions of our own, which tests have judged. */
export function compileRegex(said: string): ReadRegex {
  const [prefix, letters = ''] = /^\(\?([a-zA-Z]+)\)/.exec(said) ?? [''];
  const flags = [...new Set(letters)];
  const unknown = flags.filter((flag) => !'imsu'.includes(flag));
  if (unknown.length > 0) return { problem: `begins with the flag ${unknown[0]}, which is none of i, m, s and u` };
  try {
    return { regex: new RegExp(said.slice(prefix.length), flags.join('')) };
  } catch (caught) {
    return { problem: caught instanceof Error ? caught.message : String(caught) };
  }
}
