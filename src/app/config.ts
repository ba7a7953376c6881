import { readFileSync } from 'node:fs';
import { parseBytes, parseDurationMs, type Setting, type Settings } from '#kernel/index.ts';
import type { z } from 'zod';
import { substitute, type ConfigFile } from './config-file.ts';
import { configInvalid } from './errors.ts';

export interface ConfigSources {
  file: ConfigFile | null;
  env: NodeJS.ProcessEnv;
  /** Values by key that were given on the command line, as the person typed them, with the flag's name for messages. */
  flags: Readonly<Record<string, { flag: string; value: unknown }>>;
}

/** Where a value came from, in words for a person: `ratchet.yaml:12`, `RATCHET_HTTP_TIMEOUT`, `--log-level`, `default`. */
export interface Origin {
  value: unknown;
  source: string;
}

export interface LoadedSettings extends Settings {
  /** Where the value of a setting comes from. */
  originOf(setting: Setting): Origin;
}

/**
 * Settings from defaults < file < environment < flags. Each is looked up when it is first asked for, because a setting exists
 * only once the module that uses it is loaded, and a command loads few.
 * @throws CONFIG_INVALID from `get` when the value found is not acceptable.
 */
export function loadSettings(sources: ConfigSources): LoadedSettings {
  const cache = new Map<string, unknown>();
  const originOf = (wanted: Setting): Origin =>
    fromFlags(wanted, sources) ??
    fromEnvironment(wanted, sources.env) ??
    fromFile(wanted, sources) ?? { value: wanted.default, source: 'default' };
  return {
    originOf,
    get<Type extends z.ZodType>(wanted: Setting<Type>): z.output<Type> {
      if (!cache.has(wanted.key)) cache.set(wanted.key, accept(wanted, originOf(wanted)));
      return cache.get(wanted.key) as z.output<Type>;
    },
  };
}

function fromFlags(wanted: Setting, { flags }: ConfigSources): Origin | undefined {
  const given = flags[wanted.key];
  return given && { value: given.value, source: given.flag };
}

/** `RATCHET_HTTP_TIMEOUT`, an older name, or for secrets a file: `RATCHET_AUTH_JWT_SECRET_FILE=/run/secrets/jwt`. */
function fromEnvironment(wanted: Setting, env: NodeJS.ProcessEnv): Origin | undefined {
  for (const name of [wanted.variable, ...(wanted.env ?? [])]) {
    const value = env[name];
    // An empty variable is how shells and compose files say "not set".
    if (value !== undefined && value !== '') return { value, source: name };
    const file = wanted.isSecret ? env[`${name}_FILE`] : undefined;
    if (file) {
      try {
        return { value: readFileSync(file, 'utf8').replace(/\r?\n$/, ''), source: `${name}_FILE` };
      } catch (caught) {
        const problem = caught instanceof Error ? caught.message : String(caught);
        throw configInvalid({ key: wanted.key, value: 'read', source: `${name}_FILE=${file}`, problem });
      }
    }
  }
  return undefined;
}

function fromFile(wanted: Setting, { file, env }: ConfigSources): Origin | undefined {
  const found = file?.at(wanted.key);
  if (!file || !found) return undefined;
  const source = `${file.path}:${found.line}`;
  return { value: substitute(found.value, env, { key: wanted.key, source }), source };
}

function accept(wanted: Setting, origin: Origin): unknown {
  const readings = typeof origin.value === 'string' ? readingsOf(origin.value, wanted.key) : [origin.value];
  for (const reading of readings) {
    const parsed = wanted.type.safeParse(reading);
    if (parsed.success) return parsed.data;
  }
  // The complaint about the reading a person most likely meant, not about the bare text.
  const complaint = wanted.type.safeParse(readings[0]).error;
  throw configInvalid({
    key: wanted.key,
    value: wanted.isSecret ? 'the value given' : JSON.stringify(origin.value),
    source: origin.source,
    problem: complaint ? complaint.issues.map((issue) => issue.message).join('; ') : 'not acceptable',
  });
}

/** What a text may mean, likeliest first; the setting's own type decides which is taken. Variables and `${NAME}` always arrive as text. */
function readingsOf(text: string, key: string): unknown[] {
  const trimmed = text.trim();
  const json = jsonOf(trimmed);
  const readings: unknown[] = json === undefined ? withUnit(trimmed, key) : [json];
  readings.push(text);
  if (/^(yes|on|1)$/i.test(trimmed)) readings.push(true);
  if (/^(no|off|0)$/i.test(trimmed)) readings.push(false);
  readings.push(trimmed.split(',').map((item) => item.trim()));
  return readings;
}

function jsonOf(text: string): unknown {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (!/^(-?\d|\[|\{)/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `10m` for a setting in seconds, `500ms` for one in milliseconds, `64MB` for one in bytes or MB: the key's ending tells its unit. */
function withUnit(text: string, key: string): number[] {
  if (key.endsWith('_bytes') || key.endsWith('_mb')) {
    const bytes = parseBytes(text);
    return bytes === null ? [] : [key.endsWith('_mb') ? bytes / 1024 ** 2 : bytes];
  }
  const ms = parseDurationMs(text);
  return ms === null ? [] : [key.endsWith('_ms') ? ms : ms / 1000];
}
