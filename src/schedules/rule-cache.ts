import { LRUCache } from 'lru-cache';
import { compileRule } from './rule/compile-rule.ts';
import type { Rule, RuleSpec } from './rule/rule.ts';

const rules = new LRUCache<string, Rule>({ max: 20_000 });

/** A rule ready to be asked. Compiled once for all schedules that have it. @throws errors of the rule for one that cannot be read */
export function ruleFor(spec: RuleSpec): Rule {
  const key = JSON.stringify(spec);
  let rule = rules.get(key);
  if (rule === undefined) rules.set(key, (rule = compileRule(spec)));
  return rule;
}
