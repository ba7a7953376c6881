import type { RatchetError } from '#kernel/index.ts';
import { ruleText } from '../format/text-rule.ts';
import type { CaseFailure } from '../report.ts';
import type { ExpectedError, TextRule } from '../test-case.ts';
import { fitsText } from './fits-text.ts';
import { shortJson } from './short-json.ts';

/** An error of a run as tests speak of it. */
export interface ErrorView {
  /** Class of what the task threw; null for an error of the platform. */
  readonly class: string | null;
  readonly message: string;
  /** HTTP status, where it carries one. */
  readonly status: number | null;
  /** Code of the platform. */
  readonly code: string;
  /** Own fields of what was thrown. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export function errorView({ code, message, data }: Pick<RatchetError, 'code' | 'message' | 'data'>): ErrorView {
  const { errorClass, message: thrown, status, fields } = data;
  return {
    class: typeof errorClass === 'string' ? errorClass : null,
    message: typeof errorClass === 'string' && typeof thrown === 'string' ? thrown : message,
    status: typeof status === 'number' ? status : null,
    code,
    fields: typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {},
  };
}

/** Whether a run that failed did so as expected; null when it did. */
export function judgeError(expected: ExpectedError, error: ErrorView): CaseFailure | null {
  const whole = error.class === null ? error.message : `${error.class}: ${error.message}`;
  const details: string[] = [];
  const compare = (place: string, wanted: unknown, given: unknown) => {
    if (wanted !== null && wanted !== given)
      details.push(`at ${place}: expected ${shortJson(wanted)}, received ${shortJson(given ?? undefined)}`);
  };
  const fit = (place: string, rule: TextRule | null, text: string, alsoFits = false) => {
    if (rule === null || alsoFits) return;
    const fits = fitsText(rule, text);
    if (fits === 'too-slow') details.push(`at ${place}: ${ruleText(rule)} took longer than a second, so it was given up`);
    else if (!fits)
      details.push(
        `at ${place}: expected ${rule.kind === 'part' ? 'a text that contains' : 'a text that matches'} ${ruleText(rule)}, received ${shortJson(text, 300)}`,
      );
  };
  const { said } = expected;
  fit('error', said, whole, said?.kind === 'part' && said.text === error.code);
  compare('error.class', expected.errorClass, error.class);
  fit('error.message', expected.message, error.message);
  compare('error.status', expected.status, error.status);
  if (expected.code !== error.fields['code']) compare('error.code', expected.code, error.code);
  return details.length === 0 ? null : { kind: 'error', message: 'The run failed in another way than expected.', details };
}
