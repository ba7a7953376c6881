import { isDeepStrictEqual } from 'node:util';
import { definedSettingRules, toRatchetError, type Setting } from '#kernel/index.ts';
import { configInvalid, configRefused } from '../errors.ts';
import type { ConfigFile, FilePart } from './config-file.ts';
import { everySetting } from './every-setting.ts';
import { knownVariables, wrongKeys } from './key-meaning.ts';
import { accept, loadSettings, originIn, saidIn, type ConfigSources, type Origin } from './load-settings.ts';
import { strangeVariables } from './variables.ts';

/** Something about a configuration that somebody should look at. */
export interface ConfigProblem {
  /** Errors keep a server from starting; warnings are told. */
  readonly severity: 'error' | 'warning';
  readonly key: string;
  /** `ratchet.yaml:12`, `RATCHET_HTTP_TIMEOUT`, `--port`. */
  readonly source: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly problem: string;
  readonly hint: string;
}

/**
 * Everything that is wrong with a configuration, all at once: keys, values (those of profiles and those that something overrides
 * included), contradictions, variables that mean nothing.
 */
export async function checkConfig(sources: ConfigSources): Promise<ConfigProblem[]> {
  const settings = await everySetting();
  const { file } = sources;
  return [
    ...(file === null ? [] : wrongKeyProblems(file)),
    ...(file === null
      ? []
      : parts(file).flatMap(({ prefix, part }) =>
          settings.flatMap((one) =>
            partProblems(one, part, sources, isUsed(one, prefix, sources)).map((found) => ({ ...found, key: `${prefix}${found.key}` })),
          ),
        )),
    ...settings.flatMap((one) => otherProblems(one, sources)),
    ...ruleProblems(sources),
    ...withoutEffect(settings, sources),
    ...strangeProblems(sources.env),
  ];
}

/** @throws CONFIG_REFUSED, or the one error there is */
export function refuseErrors(problems: readonly ConfigProblem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw configRefused({ problems: errors.map(lineOf) });
}

/** Refuses keys of a file that mean nothing: what every command does, without loading every setting. @throws CONFIG_REFUSED */
export function refuseWrongKeys(file: ConfigFile): void {
  refuseErrors(wrongKeyProblems(file));
}

/** A problem as one line of text. */
export function lineOf({ key, source, problem, hint }: ConfigProblem): string {
  return `${source}  ${key}  ${problem}. ${hint}`;
}

function wrongKeyProblems(file: ConfigFile): ConfigProblem[] {
  return wrongKeys(file).map(({ line, ...wrong }) => ({
    severity: 'error',
    source: `${file.path}:${line}`,
    file: file.path,
    line,
    ...wrong,
  }));
}

/** The file itself and each of its profiles, with what their keys begin with. */
function parts(file: ConfigFile): { prefix: string; part: FilePart }[] {
  return [{ prefix: '', part: file }, ...file.profiles.map((name) => ({ prefix: `profiles.${name}.`, part: file.profilePart(name)! }))];
}

/** Whether what a part of the file says about a setting is what counts: nothing above it says otherwise, and something uses it. */
function isUsed(one: Setting, prefix: string, sources: ConfigSources): boolean {
  const { file, profile } = sources;
  const above = quietly(() => loadSettings({ ...sources, file: null }).originOf(one).layer);
  if (one.inactive !== undefined || above === 'running' || above === 'flag' || above === 'variable') return false;
  const chosen = profile === null ? null : (file?.profilePart(profile.name) ?? null);
  if (prefix !== '') return profile !== null && prefix === `profiles.${profile.name}.`;
  return chosen === null || saidIn(one, chosen).length === 0;
}

/** What a part of a file says about a setting: each value, and whether older keys say something else. */
function partProblems(one: Setting, part: FilePart, sources: ConfigSources, isWanted: boolean): ConfigProblem[] {
  const file = sources.file!;
  const said = saidIn(one, part);
  const values = said.map((each): { value: unknown } | ConfigProblem => {
    const place = { key: each.key, source: `${file.path}:${each.line}`, file: file.path, line: each.line };
    let origin: Origin;
    try {
      origin = originIn(each, part, file, sources.env);
    } catch (caught) {
      // A variable for something that nobody uses need not exist.
      return problemOf(caught, place, isWanted ? 'error' : 'warning');
    }
    try {
      return { value: accept(one, origin) };
    } catch (caught) {
      return problemOf(caught, place, 'error');
    }
  });
  const problems = values.flatMap((value) => ('severity' in value ? [value] : []));
  const [first, ...others] = values.flatMap((value, index) => ('value' in value ? [{ ...value, said: said[index]! }] : []));
  const contradicting = others.filter(({ value }) => first !== undefined && !isDeepStrictEqual(value, first.value));
  return [
    ...problems,
    ...contradicting.map(({ said: { key, line } }): ConfigProblem => ({
      severity: 'error',
      key,
      source: `${file.path}:${line}`,
      file: file.path,
      line,
      problem: `says something else than ${first!.said.key} in line ${first!.said.line}, which is the same setting`,
      hint: 'Keep one of them.',
    })),
  ];
}

/** Values that flags and variables give. */
function otherProblems(one: Setting, sources: ConfigSources): ConfigProblem[] {
  const place = { key: one.key, source: '', file: null, line: null };
  const settings = loadSettings({ ...sources, file: null });
  try {
    settings.get(one);
    return [];
  } catch (caught) {
    return [problemOf(caught, place, one.inactive === undefined ? 'error' : 'warning')];
  }
}

function problemOf(
  caught: unknown,
  place: Pick<ConfigProblem, 'key' | 'source' | 'file' | 'line'>,
  severity: ConfigProblem['severity'],
): ConfigProblem {
  if (!configInvalid.is(caught)) {
    const { message, hint } = toRatchetError(caught, `read the setting ${place.key}`);
    return { severity, ...place, problem: message, hint };
  }
  const { value, source, problem } = caught.data;
  const line = place.file === null ? null : Number(/:(\d+)$/.exec(source)?.[1] ?? place.line);
  const what = value === 'read' ? problem : `cannot be ${value}: ${problem}`;
  return { severity, ...place, source, line, problem: what, hint: `The reference of settings says what ${place.key} accepts.` };
}

/** Settings that do not go together, as they stand, and as they stand in each profile of the file. */
function ruleProblems(sources: ConfigSources): ConfigProblem[] {
  const others = (sources.file?.profiles ?? []).map((name) => ({ name, source: 'the file' }));
  const found = [sources.profile, ...others].flatMap((profile) => {
    const settings = loadSettings({ ...sources, profile });
    return definedSettingRules().flatMap(({ settings: members, problem }): ConfigProblem[] => {
      const said = quietly(() => problem(settings));
      if (!said) return [];
      const origin = members.map((one) => settings.originOf(one)).find(({ layer }) => layer !== 'default');
      return [
        {
          severity: 'error',
          key: members[0]!.key,
          source: origin?.source ?? 'default',
          file: origin?.place?.file ?? null,
          line: origin?.place?.line ?? null,
          problem: said,
          hint: 'Change one of them.',
        },
      ];
    });
  });
  return found.filter((one, index) => found.findIndex(({ problem }) => problem === one.problem) === index);
}

/** Null where a value cannot be read: that is told elsewhere. */
function quietly<Value>(work: () => Value): Value | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function withoutEffect(all: readonly Setting[], sources: ConfigSources): ConfigProblem[] {
  const settings = loadSettings(sources);
  return all.flatMap((one): ConfigProblem[] => {
    const reason = one.inactive ?? quietly(() => one.idlePart?.(settings.get(one)) ?? null);
    const origin = reason === null ? null : quietly(() => settings.originOf(one));
    if (origin === null || origin.layer === 'default' || origin.layer === 'profile') return [];
    return [
      {
        severity: 'warning',
        key: one.key,
        source: origin.source,
        file: origin.place?.file ?? null,
        line: origin.place?.line ?? null,
        problem: one.inactive === undefined ? `has no effect in part: ${reason}` : `has no effect: ${reason}`,
        hint: 'It may stay; it is used once that part exists.',
      },
    ];
  });
}

function strangeProblems(env: NodeJS.ProcessEnv): ConfigProblem[] {
  return strangeVariables(env, knownVariables).map(({ name, near }) => ({
    severity: 'warning',
    key: name,
    source: 'environment',
    file: null,
    line: null,
    problem: 'means nothing to Ratchet',
    hint: near === null ? 'Remove it.' : `Did you mean ${near}?`,
  }));
}
