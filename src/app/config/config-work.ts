import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConfigShown, ConfigValidation, ConfigWork } from '#surfaces/cli/index.ts';
import { toRatchetError } from '#kernel/index.ts';
import { configExists, configFormatUnknown, configTypeUnknown, configUnreadable, configUnwritable } from '../errors.ts';
import { packageFolder } from '../package-version.ts';
import { checkConfig, type ConfigProblem } from './check-config.ts';
import { configKinds, kindNames } from './config-kinds.ts';
import { configJsonSchema } from './config-schema.ts';
import { everySetting } from './every-setting.ts';
import { findConfig } from './find-config.ts';
import type { OpenedConfig } from './open-config.ts';
import { loadSettings, type ConfigSources } from './load-settings.ts';
import { chosenProfile } from './profiles.ts';
import { shownSettings, tree, type ShownSetting } from './show-config.ts';
import { configText } from './write-config.ts';
import { yamlText } from './write-yaml.ts';

/** From the folder of the package. */
export const schemaFile = 'docs/reference/config.schema.json';

export interface ConfigWorkParts {
  readonly config: OpenedConfig;
  readonly wantedProfile: string | undefined;
}

/** What `ratchet config ...` does. */
export function createConfigWork({ config, wantedProfile }: ConfigWorkParts): ConfigWork {
  const { env, flags } = config.sources;

  /** The configuration that a command would have, or of the file named. @throws CONFIG_UNREADABLE, CONFIG_PROFILE_UNKNOWN */
  const sourcesOf = async (path: string | undefined): Promise<ConfigSources> => {
    if (path === undefined) {
      if (config.failure !== null) throw config.failure;
      return config.sources;
    }
    const { readConfigFile } = await import('./config-file.ts');
    const file = readConfigFile(path);
    return { file, profile: chosenProfile({ flag: wantedProfile, env, file }), env, flags };
  };

  return {
    async validate(path) {
      const file = path ?? config.found.path;
      let problems: ConfigProblem[];
      try {
        problems = await checkConfig(await sourcesOf(path));
      } catch (caught) {
        problems = [fromError(caught, file)];
      }
      const isValid = problems.every(({ severity }) => severity !== 'error');
      return { valid: isValid, file, problems: [...problems].toSorted(byPlace) } satisfies ConfigValidation;
    },

    async generate({ type, output, force }) {
      const name = kindNames[type] ?? type;
      const kind = Object.hasOwn(configKinds, name) ? configKinds[name]! : null;
      if (kind === null) throw configTypeUnknown({ type, valid: ['dev', 'production', 'enterprise', 'minimal', 'claude'] });
      if (!force && existsSync(output)) throw configExists({ file: output });
      const schema = resolve(join(packageFolder(), schemaFile));
      const written = configText(kind, await everySetting(), { schema });
      try {
        writeFileSync(output, written, { flag: force ? 'w' : 'wx' });
      } catch (caught) {
        throw configUnwritable({ file: output, detail: (caught as NodeJS.ErrnoException).code ?? String(caught) }, caught);
      }
      return { type, path: output, bytes: Buffer.byteLength(written) };
    },

    async show({ file, mcpOnly, format, explain }) {
      if (format !== 'yaml' && format !== 'json') throw configFormatUnknown({ format });
      const sources = await sourcesOf(file);
      const all = shownSettings(await everySetting(), loadSettings(sources));
      const shown = mcpOnly ? all.filter(({ key }) => key.startsWith('mcp.')) : all;
      const isAbsent = mcpOnly && shown.every(({ isDefault }) => isDefault);
      const found = file === undefined ? config.found : findConfig({ flag: file, env, looksHere: true });
      const about = {
        file: sources.file?.path ?? null,
        foundBy: found.by,
        looked: [...found.looked],
        profile: sources.profile?.name ?? null,
      };
      if (isAbsent) return text(format, { mcp: null, note: 'No MCP configuration found' }, '');
      if (!explain) return text(format, { ...profileOf(about), ...tree(shown) }, null, shown, about.profile);
      return text(
        format,
        { ...about, settings: Object.fromEntries(shown.map(({ key, value, source }) => [key, { value, source }])) },
        explained(shown, about),
      );
    },

    schema: async () => configJsonSchema(await everySetting()),
  };
}

interface About {
  readonly file: string | null;
  readonly foundBy: string;
  readonly looked: readonly string[];
  readonly profile: string | null;
}

const profileOf = ({ profile }: About) => (profile === null ? {} : { profile });

/** @param yaml the text, '' for the document as it is, null to make it of the settings */
function text(
  format: 'yaml' | 'json',
  document: Record<string, unknown>,
  yaml: string | null,
  shown: readonly ShownSetting[] = [],
  profile: string | null = null,
): ConfigShown {
  if (format === 'json') return { text: `${JSON.stringify(document, null, 2)}\n` };
  if (yaml === '') return { text: `${yamlText(Object.entries(document).map(([key, value]) => ({ key, value })))}\n` };
  return { text: yaml ?? `${profile === null ? '' : `profile: ${profile}\n\n`}${yamlText(shown)}\n` };
}

function explained(shown: readonly ShownSetting[], { file, foundBy, looked, profile }: About): string {
  const head = [
    file === null ? 'File: none' : `File: ${file} (${foundBy})`,
    `Looked at: ${looked.join(', ')}`,
    `Profile: ${profile ?? 'none'}`,
    'Later wins: default, profile, file, section of the profile in the file, variable, flag.',
  ];
  const rows = shown.map(({ key, value, source }) => ({ key, value, remark: source }));
  return `${head.map((line) => `# ${line}`).join('\n')}\n\n${profile === null ? '' : `profile: ${profile}\n\n`}${yamlText(rows)}\n`;
}

function fromError(caught: unknown, file: string | null): ConfigProblem {
  const { message, hint } = toRatchetError(caught, 'read the configuration');
  if (!configUnreadable.is(caught))
    return { severity: 'error', key: '', source: file ?? 'configuration', file, line: null, problem: message, hint };
  const { file: source, detail } = caught.data;
  const line = Number(/:(\d+):\d+$/.exec(source)?.[1] ?? 0) || null;
  return { severity: 'error', key: '', source, file, line, problem: `cannot be read: ${detail}`, hint };
}

/** Errors first, each in the order of the file. */
function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  if (a.severity !== b.severity) return a.severity === 'error' ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}
