import { builtInPatterns } from '../../src/analysis/built-in/built-in-patterns.ts';
import type { ErrorRule } from '../../src/analysis/pattern/error-pattern.ts';
import { categories } from '../../src/analysis/words.ts';
import { code, markdown, table, type Page } from './page.ts';

/** Every built-in pattern: how it is known, and what it suggests. */
export function errorPatternsPage(): Page {
  return markdown(
    'docs/reference/error-patterns.md',
    '# Error patterns',
    'Failures are compared with these patterns, and with those that the configuration and callers add: see [Error analysis](../guide/error-analysis.md). All rules of a pattern have to hold.',
    ...categories.flatMap((category) => {
      const own = builtInPatterns.filter((pattern) => pattern.category === category);
      if (own.length === 0) return [];
      const rows = own.map((pattern) => [
        code(pattern.id),
        pattern.name,
        pattern.severity,
        pattern.rules.map(ruleText).join(' and '),
        pattern.suggestions[0] ?? '',
      ]);
      return [`## ${category.replace('_', ' ')}`, table(['id', 'name', 'severity', 'known by', 'first suggestion'], rows)];
    }),
  );
}

function ruleText(rule: ErrorRule): string {
  const inner = (rules: readonly ErrorRule[] | undefined, word: string) => `(${(rules ?? []).map(ruleText).join(` ${word} `)})`;
  switch (rule.type) {
    case 'error_type':
      return `type ${code(String(rule.value))}`;
    case 'error_code':
      return `code ${code(String(rule.value))}`;
    case 'message_pattern':
      return `message ${code(rule.pattern ?? '')}`;
    case 'field_equals':
      return `${code(rule.field ?? '')} is ${code(JSON.stringify(rule.value))}`;
    case 'field_pattern':
      return `${code(rule.field ?? '')} fits ${code(rule.pattern ?? '')}`;
    case 'all':
      return inner(rule.rules, 'and');
    case 'any':
      return inner(rule.rules, 'or');
    case 'not':
      return `not ${rule.rule === undefined ? '' : ruleText(rule.rule)}`;
  }
}
