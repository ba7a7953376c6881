import type { CaseFailure } from '../report.ts';
import type { Assertion } from '../test-case.ts';
import { operators } from './operators.ts';
import { shortJson } from './short-json.ts';
import { valueAt } from './value-path.ts';

const aboutPresence = new Set(['exists', 'not_exists']);

/** Every assertion that does not hold, one failure each. @param root what paths begin with: `output`, or `error` where one is expected */
export function judgeAssertions(assertions: readonly Assertion[], value: unknown, root: string): CaseFailure[] {
  return assertions.flatMap((assertion) => {
    const message = problemOf(assertion, value, root);
    return message === null ? [] : [{ kind: 'assertion' as const, message }];
  });
}

function problemOf({ path, steps, operator: name, expected }: Assertion, value: unknown, root: string): string | null {
  const place =
    path === '' || path === '$' || path === '.' ? root : `${root}${/^[.[/]/.test(path) ? '' : '.'}${path.replace(/^\$\.?/, '')}`;
  const operator = operators[name]!;
  const wanted =
    expected === undefined
      ? ''
      : ` ${typeof expected === 'boolean' && /exist|empty|truthy|falsy/.test(name) ? `(${expected})` : shortJson(expected)}`;
  const claim = `Expected that ${place} ${operator.words}${wanted}`;
  const found = valueAt(value, steps, root);
  if ('missing' in found) {
    // What is not there is not equal, not contained and so on; only its absence can be asserted.
    const isAbsenceWanted = (name === 'exists' && expected === false) || (name === 'not_exists' && expected !== false);
    return isAbsenceWanted ? null : `${claim}, but it does not exist: ${found.missing}.`;
  }
  const holds = aboutPresence.has(name) ? (name === 'exists') === (expected !== false) : operator.holds(found.value, expected);
  if (holds === true) return null;
  if (holds === 'too-slow') return `${claim}, but the pattern took longer than a second, so it was given up.`;
  return `${claim}, but it is ${shortJson(found.value, 300)}.`;
}
