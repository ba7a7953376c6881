import { createHash } from 'node:crypto';
import type { ExecutionEffects, Program } from '#engine/index.ts';

/** A program from the body of a function that returns the callable: `return (input) => input.a`. Lines count from the body's first. */
export function programOf(body: string, checks: { input?: string; output?: string } = {}): Program {
  return {
    id: createHash('sha256')
      .update(JSON.stringify([body, checks]))
      .digest('hex'),
    script: `(function (module, exports) {\n${body}\n})`,
    filename: 'main.js',
    lineOffset: -1,
    columnShift: null,
    sourceMap: null,
    inputCheck: checks.input ?? null,
    outputCheck: checks.output ?? null,
  };
}

/** Effects that answer every request with a failure and always give the same seed. */
export const noEffects: ExecutionEffects = {
  seed: '5eed'.repeat(16),
  clock: { kind: 'live' },
  http: () => Promise.resolve({ failure: { name: 'NetworkError', message: 'there is no network here', reason: 'blocked' } }),
  records: () => [],
};
