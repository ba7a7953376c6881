import type { Problem } from '#kernel/index.ts';
import { isDeepStrictEqual } from 'node:util';
import type { ReadRegex } from '../regex/read-regex.ts';
import { subjectText } from '../regex/subject-text.ts';
import { severities, type Origin } from '../words.ts';
import { fieldOf, type ErrorFacts } from './error-facts.ts';
import type { ErrorPattern, ErrorRule, MatchedPattern } from './error-pattern.ts';

/**
 * How much a rule that holds says, 0 to 1; 0 where it does not hold. A rule that leaves something out, `not`, holds for most errors and says
 * little.
 */
type Compiled = (facts: ErrorFacts) => number;

export interface CompiledPattern {
  readonly pattern: ErrorPattern;
  readonly origin: Origin;
  /** How sure it is that the error is of this kind; 0 where a rule does not hold. */
  readonly confidence: Compiled;
}

/** Codes that say no more than that the task itself went wrong. */
const generalCodes = new Set(['TASK_FAILED', 'TASK_FAILED_TRANSIENT', 'REQUEST_FAILED_UNSEEN', 'INTERNAL_ERROR']);
/** Classes that say no more than that something was thrown. */
const generalTypes = new Set(['Error', 'TypeError', 'NetworkError', 'TimeoutError', 'HttpError', 'McpError']);

/**
 * Makes a pattern ready to be compared. The confidence is at least that of the older engine, min(1, 0.5 + 0.1 x number of rules), and grows
 * with what the rules that hold say: 1 minus the product of what each leaves open.
 * @param readRegex judges expressions of others
 */
export function compilePattern(
  pattern: ErrorPattern,
  origin: Origin,
  readRegex: (said: string) => ReadRegex,
): { readonly compiled: CompiledPattern; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];

  function compile(rule: ErrorRule, path: string, depth: number): Compiled {
    const never: Compiled = () => 0;
    const wrong = (message: string): Compiled => {
      problems.push({ path, message });
      return never;
    };
    if (depth > 20) return wrong('stands too deep in other rules');
    switch (rule.type) {
      case 'error_type':
      case 'error_code': {
        const { value } = rule;
        if (typeof value !== 'string' || value === '') return wrong(`a rule ${rule.type} needs a text as its value`);
        if (rule.type === 'error_type') {
          const says = generalTypes.has(value) ? 0.3 : 0.6;
          return ({ type }) => (type === value ? says : 0);
        }
        const says = generalCodes.has(value) ? 0.2 : 0.8;
        return ({ codes }) => (codes.includes(value) ? says : 0);
      }
      case 'message_pattern': {
        const regex = regexOf(rule, path);
        return regex === null ? never : ({ message }) => (regex.test(message) ? 0.65 : 0);
      }
      case 'field_pattern': {
        const regex = regexOf(rule, path);
        if (rule.field === undefined) return wrong('a rule field_pattern needs a field');
        const steps = rule.field.split('.');
        if (regex === null) return never;
        return (facts) => {
          const value = fieldOf(facts, steps);
          const text = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
          return text !== null && regex.test(subjectText(text)) ? 0.65 : 0;
        };
      }
      case 'field_equals': {
        if (rule.field === undefined || rule.value === undefined) return wrong('a rule field_equals needs a field and a value');
        const steps = rule.field.split('.');
        const { value: wanted } = rule;
        const isPlain = typeof wanted !== 'object' || wanted === null;
        return (facts) => {
          const value = fieldOf(facts, steps);
          return (isPlain ? value === wanted : isDeepStrictEqual(value, wanted)) ? 0.7 : 0;
        };
      }
      case 'all':
      case 'any': {
        const rules = (rule.rules ?? []).map((inner, index) => compile(inner, `${path}.rules.${index}`, depth + 1));
        if (rules.length === 0) return wrong(`a rule ${rule.type} needs rules`);
        return rule.type === 'all' ? allOf(rules) : (facts) => Math.max(...rules.map((inner) => inner(facts)));
      }
      case 'not': {
        if (rule.rule === undefined) return wrong('a rule not needs a rule');
        const inner = compile(rule.rule, `${path}.rule`, depth + 1);
        return (facts) => (inner(facts) === 0 ? 0.05 : 0);
      }
    }
  }

  function regexOf({ pattern: said, type }: ErrorRule, path: string): RegExp | null {
    if (said === undefined) {
      problems.push({ path, message: `a rule ${type} needs a pattern` });
      return null;
    }
    const read = readRegex(said);
    if (read.problem === undefined) return read.regex;
    problems.push({ path: `${path}.pattern`, message: `${said.length > 80 ? `${said.slice(0, 80)}...` : said} ${read.problem}` });
    return null;
  }

  const all = allOf(pattern.rules.map((rule, index) => compile(rule, `rules.${index}`, 0)));
  const least = Math.min(1, 0.5 + 0.1 * pattern.rules.length);
  const confidence: Compiled = (facts) => {
    const says = all(facts);
    return says === 0 ? 0 : Math.max(least, says);
  };
  return { compiled: { pattern, origin, confidence }, problems };
}

function allOf(rules: readonly Compiled[]): Compiled {
  return (facts) => {
    let open = 1;
    for (const rule of rules) {
      const says = rule(facts);
      if (says === 0) return 0;
      open *= 1 - says;
    }
    return 1 - open;
  };
}

/** A pattern that fits an error. */
export interface Match {
  readonly compiled: CompiledPattern;
  readonly confidence: number;
}

/** Every pattern that fits, most confident first; of equals the more severe one. */
export function matchesOf(facts: ErrorFacts, patterns: readonly CompiledPattern[], threshold = 0): Match[] {
  const found: Match[] = [];
  for (const compiled of patterns) {
    const confidence = compiled.confidence(facts);
    if (confidence > 0 && confidence >= threshold) found.push({ compiled, confidence });
  }
  return found.toSorted(
    (a, b) => b.confidence - a.confidence || rank(b) - rank(a) || (a.compiled.pattern.id < b.compiled.pattern.id ? -1 : 1),
  );
}

const rank = ({ compiled }: Match): number => severities.indexOf(compiled.pattern.severity);

export function shownMatch({ compiled: { pattern, origin }, confidence }: Match): MatchedPattern {
  return {
    patternId: pattern.id,
    patternName: pattern.name,
    category: pattern.category,
    severity: pattern.severity,
    origin,
    confidence: Math.round(confidence * 100) / 100,
    suggestions: [...pattern.suggestions],
    preventiveMeasures: [...pattern.preventiveMeasures],
    commonCauses: [...pattern.commonCauses],
    documentationLinks: [...pattern.documentationLinks],
  };
}
