import { operation } from '#kernel/index.ts';
import { z } from 'zod';

/** Something wrong with a configuration. */
export const ConfigProblemShown = z.object({
  severity: z.enum(['error', 'warning']).describe('Errors keep a server from starting.'),
  key: z.string().describe('Dotted; empty where the file as a whole is meant.'),
  source: z.string().describe('File and line, variable or flag.'),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
  problem: z.string(),
  hint: z.string(),
});

const ConfigValidation = z.object({
  valid: z.boolean(),
  file: z.string().nullable().describe('Null when none was named and none was found.'),
  problems: z.array(ConfigProblemShown),
});
export type ConfigValidation = z.infer<typeof ConfigValidation>;

const ConfigGenerated = z.object({ type: z.string(), path: z.string(), bytes: z.number().int() });
export type ConfigGenerated = z.infer<typeof ConfigGenerated>;

const ConfigShown = z.object({ text: z.string().describe('YAML or JSON, with its line end.') });
export type ConfigShown = z.infer<typeof ConfigShown>;

/** What the application does for these commands. */
export interface ConfigWork {
  validate(file: string | undefined): Promise<ConfigValidation>;
  /** @throws CONFIG_TYPE_UNKNOWN, CONFIG_EXISTS, CONFIG_UNWRITABLE */
  generate(wishes: { readonly type: string; readonly output: string; readonly force: boolean }): Promise<ConfigGenerated>;
  /** @throws CONFIG_FORMAT_UNKNOWN, and what reading the configuration throws */
  show(wishes: {
    readonly file: string | undefined;
    readonly mcpOnly: boolean;
    readonly format: string;
    readonly explain: boolean;
  }): Promise<ConfigShown>;
  schema(): Promise<Record<string, unknown>>;
}

export interface ConfigServices {
  readonly config: ConfigWork;
}

const configFile = z
  .string()
  .min(1)
  .optional()
  .describe('The file; the one that a server would use unless given')
  .meta({ placeholder: 'path' });

export const validateConfigOperation = operation({
  name: 'config.validate',
  summary: 'Check a configuration file and list every problem with its line',
  details:
    'Reads the file, its profiles, and the variables of the environment, and names every key that means nothing, every value that is not acceptable and ' +
    'every contradiction, with what was probably meant. Ends with 1 when a server would refuse to start.',
  input: z.object({ configFile }),
  output: ConfigValidation,
  errors: [],
  effect: 'read',
  permission: 'system:read',
  on: {
    cli: {
      command: 'config validate',
      positional: ['configFile'],
      examples: [
        { line: 'ratchet config validate --config-file=ratchet.yaml', about: 'Checks a file' },
        { line: 'RATCHET_PROFILE=production ratchet config validate', about: 'Checks what a server would start with here' },
      ],
    },
  },
  run: ({ config }: ConfigServices, input) => config.validate(input.configFile),
});

export const generateConfigOperation = operation({
  name: 'config.generate',
  summary: 'Write a configuration file to start from',
  details:
    'The file is made from the settings of this version: what suits the type is set, what else could be set stands beside it, switched off, with its ' +
    'default and its meaning.',
  input: z.object({
    configType: z.string().default('dev').describe('dev (development), production (prod), enterprise, minimal or claude'),
    output: z.string().min(1).describe('File to write').meta({ placeholder: 'path' }),
    force: z.boolean().default(false).describe('Overwrite the file if it exists'),
  }),
  output: ConfigGenerated,
  errors: [],
  effect: 'write',
  permission: 'system:read',
  on: {
    cli: {
      command: 'config generate',
      examples: [
        { line: 'ratchet config generate --config-type=dev --output=ratchet.yaml', about: 'For your own machine' },
        {
          line: 'ratchet config generate --config-type=production --output=ratchet.yaml --force',
          about: 'For a server, in the place of an older file',
        },
      ],
    },
  },
  run: ({ config }: ConfigServices, { configType, output, force }) => config.generate({ type: configType, output, force }),
});

export const showConfigOperation = operation({
  name: 'config.show',
  summary: 'Show the settings in force',
  details:
    'Prints every setting as it is in force, with file, profile, variables and defaults taken together. Secrets are replaced by ********. ' +
    'With --explain each says where it comes from, and which files were looked for.',
  input: z.object({
    configFile,
    mcpOnly: z.boolean().default(false).describe('Only the section of MCP'),
    format: z.string().default('yaml').describe('yaml or json').meta({ placeholder: 'yaml|json' }),
    explain: z.boolean().default(false).describe('Say where each value comes from'),
  }),
  output: ConfigShown,
  errors: [],
  effect: 'read',
  permission: 'system:read',
  on: {
    cli: {
      command: 'config show',
      examples: [
        { line: 'ratchet config show --explain', about: 'What a server started here would use, and why' },
        { line: 'ratchet config show --config-file=ratchet.yaml --format=json', about: 'For a program' },
        { line: 'ratchet config show --mcp-only', about: 'The section of MCP' },
      ],
    },
  },
  run: ({ config }: ConfigServices, { configFile: file, mcpOnly, format, explain }) => config.show({ file, mcpOnly, format, explain }),
});

export const configSchemaOperation = operation({
  name: 'config.schema',
  summary: 'Print the JSON Schema of the configuration file',
  details:
    'Editors with it complete keys, show what they mean and mark mistakes. Files that `ratchet config generate` writes name it on their first line.',
  input: z.object({}),
  output: z.record(z.string(), z.unknown()),
  errors: [],
  effect: 'read',
  permission: 'system:read',
  on: {
    cli: {
      command: 'config schema',
      examples: [{ line: 'ratchet config schema > ratchet.schema.json', about: 'Keeps it in a file for an editor' }],
    },
  },
  run: ({ config }: ConfigServices) => config.schema(),
});
