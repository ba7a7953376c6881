import { z } from 'zod';
import type { TextRule } from '../test-case.ts';

/** A text to be contained, or a regular expression between slashes. */
export const Text = z.string('must be a text, or a regular expression such as "/^no .* city$/i"').transform((text, context): TextRule => {
  const found = /^\/(.+)\/([dgimsuvy]*)$/s.exec(text);
  if (!found) return { kind: 'part', text };
  const [, source = '', flags = ''] = found;
  try {
    void new RegExp(source, flags);
    return { kind: 'pattern', source, flags };
  } catch (error) {
    context.addIssue({ code: 'custom', message: `${(error as Error).message}.`, input: text });
    return z.NEVER;
  }
});

/** A rule as a person would write it. */
export function ruleText(rule: TextRule): string {
  return rule.kind === 'part' ? JSON.stringify(rule.text) : `/${rule.source}/${rule.flags}`;
}
