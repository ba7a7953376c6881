import type { ErrorPattern, ErrorRule } from '../pattern/error-pattern.ts';

/** How patterns of our own are written: rules in a few words, and lists that may be left out. */
export const code = (value: string): ErrorRule => ({ type: 'error_code', value });
export const type = (value: string): ErrorRule => ({ type: 'error_type', value });
export const says = (pattern: string): ErrorRule => ({ type: 'message_pattern', pattern });
export const has = (field: string, value: unknown): ErrorRule => ({ type: 'field_equals', field, value });
export const fits = (field: string, pattern: string): ErrorRule => ({ type: 'field_pattern', field, pattern });
export const all = (...rules: readonly ErrorRule[]): ErrorRule => ({ type: 'all', rules });
export const any = (...rules: readonly ErrorRule[]): ErrorRule => ({ type: 'any', rules });
export const not = (rule: ErrorRule): ErrorRule => ({ type: 'not', rule });

type Said = Pick<ErrorPattern, 'id' | 'name' | 'category' | 'severity' | 'rules' | 'suggestions' | 'commonCauses'> &
  Partial<Pick<ErrorPattern, 'description' | 'preventiveMeasures' | 'prompts'>> & {
    /** Codes of errors whose pages say more. */
    readonly pages?: readonly string[];
    readonly links?: readonly string[];
  };

/** @param pages error codes that have a page each */
export function builtIn({ description = '', preventiveMeasures = [], prompts = [], pages = [], links = [], ...said }: Said): ErrorPattern {
  return {
    ...said,
    description,
    preventiveMeasures: [...preventiveMeasures],
    prompts: [...prompts],
    documentationLinks: [...pages.map((page) => `docs/errors/${page}.md`), ...links],
  };
}
