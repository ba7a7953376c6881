import { defineError } from '#kernel/index.ts';

export const schemaTooHard = defineError<{ tries: number; reason: string }>('FUZZ_SCHEMA_TOO_HARD', {
  http: 422,
  exit: 'invalidTask',
  message: ({ tries, reason }) =>
    `No input could be made that the input schema allows: ${tries} were tried. The most frequent problem: ${reason}.`,
  hint: () =>
    'Give the schema an `examples` or `default` value where this problem is, or write tests whose inputs are valid: the fuzzer varies them.',
  about:
    'The fuzzer makes inputs from the input schema and checks each one against it. Some schemas leave so little that none is met by chance: patterns with lookahead, several patterns at once, `not` over most of what is left, or rules that contradict each other.',
});
