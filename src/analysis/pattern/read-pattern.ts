import { problemsOf, type Problem } from '#kernel/index.ts';
import { readRegex } from '../regex/read-regex.ts';
import { ruleTypes, type Origin } from '../words.ts';
import { compilePattern } from './compile-pattern.ts';
import { isRecord } from './error-facts.ts';
import { ErrorPattern, type ErrorPattern as Pattern } from './error-pattern.ts';

/** Fields by the names that configuration files say them by. */
const older: Readonly<Record<string, string>> = {
  matching_rules: 'rules',
  preventive_measures: 'preventiveMeasures',
  common_causes: 'commonCauses',
  llm_prompts: 'prompts',
  related_documentation: 'documentationLinks',
  documentation_links: 'documentationLinks',
};

/**
 * Reads a pattern as a file says it: in the words of the older engine (`matching_rules`, `{type: error_code, value: X}`), in ours, or with
 * rules in short (`{error_code: X}`, `{all: [...]}`). A pattern without an id gets one from its name.
 * @returns the pattern, and everything that is wrong with it
 */
export function readPattern(
  said: unknown,
  origin: Origin = 'config',
): { readonly pattern: Pattern | null; readonly problems: readonly Problem[] } {
  const parsed = ErrorPattern.safeParse(isRecord(said) && !Array.isArray(said) ? renamed(said) : said);
  if (!parsed.success) return { pattern: null, problems: problemsOf(parsed.error) };
  const pattern = parsed.data as Pattern;
  return { pattern, problems: compilePattern(pattern, origin, readRegex).problems };
}

function renamed(said: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = Object.fromEntries(Object.entries(said).map(([name, value]) => [older[name] ?? name, value]));
  const { rules, id, name, category, severity } = fields;
  return {
    ...fields,
    ...(id === undefined && typeof name === 'string' ? { id: idOf(name) } : {}),
    ...(typeof category === 'string' ? { category: snake(category) } : {}),
    ...(typeof severity === 'string' ? { severity: severity.toLowerCase() } : {}),
    ...(rules === undefined ? {} : { rules: Array.isArray(rules) ? rules.map((rule) => longRule(rule, 0)) : [longRule(rules, 0)] }),
  };
}

/** A rule in short is one key that is its type. */
function longRule(said: unknown, depth: number): unknown {
  if (!isRecord(said) || Array.isArray(said) || depth > 20) return said;
  const inner = (rules: unknown) => (Array.isArray(rules) ? rules.map((rule) => longRule(rule, depth + 1)) : rules);
  const { type } = said;
  if (type !== undefined) {
    return {
      ...said,
      ...(typeof type === 'string' ? { type: snake(type) } : {}),
      ...('rules' in said ? { rules: inner(said['rules']) } : {}),
      ...('rule' in said ? { rule: longRule(said['rule'], depth + 1) } : {}),
    };
  }
  const short = ruleTypes.find((one) => Object.hasOwn(said, one));
  if (short === undefined) return said;
  const { [short]: value, ...rest } = said;
  switch (short) {
    case 'error_type':
    case 'error_code':
      return { ...rest, type: short, value };
    case 'message_pattern':
      return { ...rest, type: short, pattern: value };
    case 'field_equals':
    case 'field_pattern':
      return { ...rest, type: short, ...(isRecord(value) ? value : { field: value }) };
    case 'all':
    case 'any':
      return { ...rest, type: short, rules: inner(value) };
    case 'not':
      return { ...rest, type: short, rule: longRule(value, depth + 1) };
  }
}

/** `TaskExecution` and `task-execution` are `task_execution`. */
function snake(word: string): string {
  return word
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

function idOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 100)
    .replaceAll(/^_|_$/g, '');
}
