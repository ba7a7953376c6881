import { createContext, Script } from 'node:vm';

/** The task's own check of a value, at hand on the host: null for a match, else the first problem in words. */
export type SchemaCheck = (jsonText: string) => string | null;

/**
 * Loads a check (text of `compileCheck`) into a context that holds the language and nothing else. A schema's patterns may take for ever
 * on the right text, so checks that have any run under a time limit; a value whose check takes longer counts as no match.
 */
export function loadCheck(text: string, { hasPatterns }: { hasPatterns: boolean }): SchemaCheck {
  const context = createContext(Object.create(null) as object);
  const check = new Script(text).runInContext(context) as (jsonText: string) => string;
  if (!hasPatterns) return (jsonText) => problemOf(check(jsonText));
  Object.assign(context, { check });
  const call = new Script('check(value)');
  let timeouts = 0;
  return (jsonText) => {
    if (timeouts >= mostTimeouts) return 'checking it takes too long';
    Object.assign(context, { value: jsonText });
    try {
      return problemOf(call.runInContext(context, { timeout: mostMs }) as string);
    } catch {
      timeouts += 1;
      return 'checking it takes too long';
    }
  };
}

const mostMs = 500;
const mostTimeouts = 10;

function problemOf(verdict: string): string | null {
  if (verdict === '') return null;
  const [first] = JSON.parse(verdict) as { path: string; message: string }[];
  return first === undefined ? 'does not match' : `${first.path} ${first.message}`.trim();
}
