import { failed, ok, warning, type Check } from '../doctor.ts';

export interface ConfigFacts {
  /** Path of the file in use, or null. */
  file: string | null;
  /** What keeps it from being used, one line each. */
  problems: readonly string[];
  /** What is worth a look, one line each. */
  notes: readonly string[];
}

/** What whoever reads the configuration found wrong with it. */
export function configCheck(facts: () => Promise<ConfigFacts>): Check {
  return {
    name: 'configuration',
    run: async () => {
      const { file, problems, notes } = await facts();
      if (problems.length > 0)
        return failed(problems.join('; '), 'Correct what is named; `ratchet config validate` shows it line by line.');
      if (notes.length > 0) return warning(notes.join('; '), 'It works all the same; `ratchet config validate` shows it line by line.');
      return ok(file ?? 'no file');
    },
  };
}
