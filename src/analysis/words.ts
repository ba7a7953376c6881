/** What kind of thing is wrong. */
export const categories = [
  'network',
  'database',
  'authentication',
  'configuration',
  'resource',
  'validation',
  'task_execution',
  'system',
  'unknown',
] as const;
export type Category = (typeof categories)[number];

/** How bad, least to worst. */
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** The types of rules. */
export const ruleTypes = ['error_type', 'error_code', 'message_pattern', 'field_equals', 'field_pattern', 'all', 'any', 'not'] as const;
export type RuleType = (typeof ruleTypes)[number];

/** Where a pattern comes from. */
export const origins = ['built-in', 'config', 'api'] as const;
export type Origin = (typeof origins)[number];

/** The same for people. */
export const originWords: Readonly<Record<Origin, string>> = {
  'built-in': 'Ratchet itself',
  config: 'the configuration',
  api: 'the server',
};
