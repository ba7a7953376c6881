import type { ConfigFile } from './config-file.ts';
import { nearestOf } from './nearest.ts';
import { configProfileUnknown } from '../errors.ts';

/** What a profile stands for, and which defaults it has of its own. A file, a variable or a flag still says otherwise. */
export interface Profile {
  readonly summary: string;
  readonly changes: Readonly<Record<string, unknown>>;
}

const loopback = ['127.0.0.0/8', '::1/128'];

/** The profiles there are without a file. Without any of them every setting has its plain default. */
export const profiles: Readonly<Record<string, Profile>> = {
  development: {
    summary: 'Work on tasks on your own machine: talks much, keeps what helps to find mistakes, lets tasks reach servers on this machine.',
    changes: {
      'logging.level': 'debug',
      'executions.keep_recordings': 'all',
      'http.allowed_addresses': loopback,
      'server.shutdown_grace': 5,
    },
  },
  production: {
    summary: 'Run for others: a log for programs, SQLite safe against power cuts, failed jobs kept for long enough to be looked at.',
    changes: {
      'logging.format': 'json',
      'logging.level': 'info',
      'server.database.synchronous': 'full',
      'execution.validate_schemas': true,
      'http.verify_ssl': true,
      'retention.failed': 90 * 86_400,
    },
  },
  test: {
    summary: 'Automatic tests: a free port, a database in memory, few workers, no waiting, quiet.',
    changes: {
      'logging.level': 'warn',
      'server.port': 0,
      'server.database.url': 'sqlite::memory:',
      'server.shutdown_grace': 1,
      'server.job_queue.default_retry_delay': 0,
      'engine.workers': 2,
      'http.allowed_addresses': loopback,
      'executions.keep_recordings': 'all',
      'retention.enabled': false,
    },
  },
};

/** A profile that was asked for, and by what: `--profile`, `RATCHET_PROFILE`, `ratchet.yaml:1`. */
export interface ChosenProfile {
  readonly name: string;
  readonly source: string;
}

/**
 * Which profile holds: flag before variable before file; null for none.
 * @throws CONFIG_PROFILE_UNKNOWN
 */
export function chosenProfile(asked: { flag: string | undefined; env: NodeJS.ProcessEnv; file: ConfigFile | null }): ChosenProfile | null {
  const { flag, env, file } = asked;
  const fromFile = file?.profile;
  const variable = env['RATCHET_PROFILE'];
  const chosen =
    flag !== undefined
      ? { name: flag, source: '--profile' }
      : variable !== undefined && variable !== ''
        ? { name: variable, source: 'RATCHET_PROFILE' }
        : fromFile !== undefined
          ? { name: String(fromFile.value), source: `${file!.path}:${fromFile.line}` }
          : null;
  if (chosen === null) return null;
  const known = [...new Set([...Object.keys(profiles), ...(file?.profiles ?? [])])];
  const name = known.find((one) => one === chosen.name) ?? shortNames[chosen.name];
  if (name === undefined) throw configProfileUnknown({ ...chosen, known, near: nearestOf(chosen.name, known) });
  return { ...chosen, name };
}

const shortNames: Readonly<Record<string, string>> = { dev: 'development', prod: 'production' };
