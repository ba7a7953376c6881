import { Timestamp } from '#kernel/index.ts';
import { z } from 'zod';
import { categories, origins, ruleTypes, severities } from '../words.ts';

const texts = (what: string) => z.array(z.string().min(1).max(2_000)).max(50).default([]).describe(what);

/**
 * One condition. Which of the other fields it needs follows from its type; that is checked when the pattern is compiled, so that all
 * that is wrong is told at once.
 */
export const ErrorRule = z
  .strictObject({
    type: z.enum(ruleTypes).describe('What it looks at; all, any and not hold others.'),
    value: z.unknown().optional().describe('Of error_type and error_code: the text. Of field_equals: the JSON value.'),
    pattern: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe('Of message_pattern and field_pattern: a regular expression; (?i) in front: in any case.'),
    field: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Of field_equals and field_pattern: a dotted path into what the error carries, such as status or reason.'),
    get rules() {
      return z.array(ErrorRule).max(50).optional().describe('Of all and any.');
    },
    get rule() {
      return ErrorRule.optional().describe('Of not.');
    },
  })
  .meta({ id: 'ErrorRule' });
export interface ErrorRule {
  readonly type: (typeof ruleTypes)[number];
  readonly value?: unknown;
  readonly pattern?: string | undefined;
  readonly field?: string | undefined;
  readonly rules?: readonly ErrorRule[] | undefined;
  readonly rule?: ErrorRule | undefined;
}

export const PatternId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9_-]{0,98}[a-z0-9])?$/, 'is lower case letters, digits, - and _, at most 100')
  .describe('Id of the pattern');

/** A kind of error that people have met before, how to know it, and what to do about it. */
export const ErrorPattern = z.object({
  id: PatternId,
  name: z.string().min(1).max(200).describe('For people: "Rate limit exceeded".'),
  description: z.string().max(2_000).default('').describe('What it is, in a sentence.'),
  category: z.enum(categories).default('unknown').describe('What kind of thing is wrong.'),
  severity: z.enum(severities).default('medium').describe('How bad it is.'),
  rules: z.array(ErrorRule).min(1).max(50).describe('All of them have to hold.'),
  suggestions: texts('What to do now.'),
  preventiveMeasures: texts('What keeps it from happening again.'),
  commonCauses: texts('Why it usually happens.'),
  prompts: texts('Questions to ask a model. {message}, {type}, {code}, {task} and {place} stand for those of the error.'),
  documentationLinks: texts('Pages about it.'),
});
export type ErrorPattern = Omit<z.output<typeof ErrorPattern>, 'rules'> & { readonly rules: readonly ErrorRule[] };

/** A pattern as answers carry it. */
export const ShownPattern = ErrorPattern.extend({
  origin: z.enum(origins).describe('Built in, from the configuration, or stored through the server.'),
  replacesBuiltIn: z.boolean().describe('It takes the place of a built-in pattern with the same id.'),
  createdBy: z.string().nullable(),
  createdAt: Timestamp.nullable(),
  updatedAt: Timestamp.nullable(),
}).meta({ id: 'ErrorPattern' });
export type ShownPattern = z.output<typeof ShownPattern>;

/** A pattern that an error fits. */
export const MatchedPattern = z
  .object({
    patternId: z.string().describe('Its id.'),
    patternName: z.string().describe('Its name, for people.'),
    category: z.enum(categories).describe('What kind of thing is wrong.'),
    severity: z.enum(severities).describe('How bad it is.'),
    origin: z.enum(origins).describe('Where the pattern comes from.'),
    confidence: z.number().describe('0 to 1: how much the rules that hold say.'),
    suggestions: z.array(z.string()).describe('What to do now.'),
    preventiveMeasures: z.array(z.string()).describe('What keeps it from happening again.'),
    commonCauses: z.array(z.string()).describe('Why it usually happens.'),
    documentationLinks: z.array(z.string()).describe('Pages about it.'),
  })
  .meta({ id: 'MatchedPattern' });
export type MatchedPattern = z.output<typeof MatchedPattern>;
