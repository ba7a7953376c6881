import { defineError } from '#kernel/index.ts';

export const sourceNotConfigured = defineError<{ source: string; known: readonly string[] }>('SOURCE_NOT_CONFIGURED', {
  http: 404,
  exit: 'usage',
  message: ({ source, known }) =>
    `The configuration names no source ${JSON.stringify(source)}; it names ${known.length === 0 ? 'none' : known.join(', ')}.`,
  hint: () => 'Correct the name, or give the configuration that has it with --config.',
  about: 'A command asks about one source by its name, and registry.sources of the configuration has none of that name.',
});
