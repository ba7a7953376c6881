import { setting } from '#kernel/index.ts';
import { z } from 'zod';
import { readPattern } from './pattern/read-pattern.ts';
import { fewestTokens, mostTokens } from './report/token-budget.ts';

export const patternsEnabled = setting({
  key: 'logging.patterns.enabled',
  reload: 'live',
  type: z.boolean(),
  default: true,
  describe: 'Whether failures are compared with error patterns.',
});

export const matchThreshold = setting({
  key: 'logging.patterns.match_threshold',
  reload: 'live',
  type: z.number().min(0).max(1),
  default: 0.5,
  describe: 'Least confidence, 0 to 1, from which a pattern counts as fitting.',
});

/** A pattern of the configuration, in the words of the older engine or of the interface. Checked whole, its expressions included. */
const ConfiguredPattern = z.unknown().transform((said, context) => {
  const { pattern, problems } = readPattern(said);
  if (pattern !== null && problems.length === 0) return pattern;
  for (const { path, message } of problems)
    context.addIssue({ code: 'custom', path: path.split('.').filter((step) => step !== ''), message });
  return z.NEVER;
});

export const customPatterns = setting({
  key: 'logging.patterns.custom_patterns',
  aliases: ['error_patterns'],
  reload: 'live',
  type: z.array(ConfiguredPattern).max(500),
  default: [],
  describe:
    'Error patterns beside the built-in ones: {id, name, category, severity, matching_rules, suggestions, preventive_measures, common_causes, llm_prompts, related_documentation}. One with the id of a built-in pattern takes its place.',
});

export const patternFiles = setting({
  key: 'logging.patterns.files',
  reload: 'live',
  type: z.array(z.string().min(1)).max(50),
  default: [],
  aliases: [{ keys: ['logging.patterns.config_path'], read: ([path]) => (typeof path === 'string' ? [path] : path) }],
  describe: 'YAML files with further patterns: a list, or one under the key patterns. Paths are relative to the working folder.',
});

export const exportTokens = setting({
  key: 'logging.llm_export.max_context_tokens',
  reload: 'live',
  type: z.number().int().min(fewestTokens).max(mostTokens),
  default: 8_192,
  describe: 'Tokens (characters divided by four) that an error report may have when nobody says otherwise.',
});

export const exportSystemState = setting({
  key: 'logging.llm_export.include_system_state',
  aliases: ['logging.llm_export.include_system_context'],
  reload: 'live',
  type: z.boolean(),
  default: true,
  describe: 'Whether error reports say the name, memory and load of the machine of the server.',
});

export const exportSimilarErrors = setting({
  key: 'logging.llm_export.include_similar_errors',
  reload: 'live',
  type: z.boolean(),
  default: true,
  describe: 'Whether error reports count equal failures of other executions.',
});
