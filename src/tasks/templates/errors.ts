import { defineError } from '#kernel/index.ts';

export const templateNotFound = defineError<{ template: string; known: readonly string[] }>('TEMPLATE_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ template }) => `There is no template ${JSON.stringify(template)}.`,
  hint: ({ known }) => `There are ${known.join(', ')}; \`ratchet template list\` says what each is for.`,
  about: 'A task was to be generated from a template that does not exist.',
});
