import { createContext, Script } from 'node:vm';

type Test = (text: string) => boolean;

/** A pattern that needs longer for one text counts as not matching it; one that did so a few times is not tried any more. */
const mostMs = 100;
const mostTimeouts = 5;
const mostTests = 200;
const tests = new Map<string, Test>();

/** Whether a text matches every one of these patterns. Patterns are strangers' as well: they are tried under a time limit. */
export function patternTest(patterns: readonly string[]): Test {
  const key = JSON.stringify(patterns);
  let test = tests.get(key);
  if (test === undefined) {
    // Contexts are dear, and a schema's patterns are asked a thousand times.
    if (tests.size >= mostTests) tests.clear();
    test = openTest(key);
    tests.set(key, test);
  }
  return test;
}

function openTest(patternsJson: string): Test {
  const context = createContext(Object.create(null) as object);
  Object.assign(context, { patterns: patternsJson, text: '' });
  new Script(`var list = JSON.parse(patterns).map(function (pattern) { return new RegExp(pattern, 'u'); });`).runInContext(context);
  const script = new Script(`list.every(function (pattern) { return pattern.test(text); })`);
  let timeouts = 0;
  return (text) => {
    if (timeouts >= mostTimeouts) return false;
    Object.assign(context, { text });
    try {
      return script.runInContext(context, { timeout: mostMs }) as boolean;
    } catch {
      timeouts += 1;
      return false;
    }
  };
}
