import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime, toRatchetError, type Clock, type RatchetError, type Settings } from '#kernel/index.ts';
import type { SourceSpec } from '../configured-source.ts';
import type { Fetcher } from '../fetch/fetcher.ts';
import { createTurns } from '../in-turn.ts';
import { namedAuth, readContent } from '../read-content.ts';
import { indexFile } from '../repository-folder/registry-file.ts';
import { RepositoryIndex } from '../repository-folder/index-file.ts';
import { readTaskList } from '../repository-folder/read-tasks.ts';
import type { Repository } from '../repository.ts';
import { mostSyncs, registryAuth, registrySources } from '../settings.ts';
import { sourceNotConfigured } from './errors.ts';
import { findSourceTasks } from '../source-paths.ts';
import { fieldsOf } from '../repository-fields.ts';
import {
  summedStatuses,
  summedVerified,
  type RepositoryStatus,
  type RepositoryStatuses,
  type VerifiedRepositories,
  type VerifiedRepository,
} from './repository-check.ts';

export interface SourceCheckerParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly fetcher: Fetcher;
}

export interface WhichSources {
  /** Name of one; absent: all. */
  readonly repository?: string | undefined;
}

/** Looks at the sources of the configuration without a server. */
export interface SourceChecker {
  /** Whether the configuration names any source. */
  readonly isConfigured: boolean;
  /** Reads each source and counts what looks like a task. @throws SOURCE_NOT_CONFIGURED */
  status(which: WhichSources & { readonly isDetailed: boolean }, signal: AbortSignal): Promise<RepositoryStatuses>;
  /** Reads each source and checks every task in it. @param which.isOffline looks only at what is on this machine @throws SOURCE_NOT_CONFIGURED */
  verify(which: WhichSources & { readonly isOffline: boolean }, signal: AbortSignal): Promise<VerifiedRepositories>;
}

export function createSourceChecker({ settings, clock, fetcher }: SourceCheckerParts): SourceChecker {
  const specs = settings.get(registrySources);
  const inTurn = createTurns(settings.get(mostSyncs));

  const chosen = ({ repository }: WhichSources): readonly SourceSpec[] => {
    const found = specs.filter(({ name }) => repository === undefined || name === repository);
    if (found.length === 0 && repository !== undefined) {
      throw sourceNotConfigured({ source: repository, known: specs.map(({ name }) => name) });
    }
    return found;
  };

  const read = (spec: SourceSpec, repository: Repository, signal: AbortSignal) =>
    readContent(
      {
        settings,
        clock,
        fetcher,
        authOf: (one) => spec.ownAuth ?? namedAuth(one, settings.get(registryAuth)),
        reachOf: () => 'anywhere',
      },
      repository,
      signal,
    );

  const look = async (spec: SourceSpec, isDetailed: boolean, signal: AbortSignal): Promise<RepositoryStatus> => {
    const repository = repositoryOf(spec, settings);
    const { name, kind, uri, enabled } = repository;
    const which = { name, source_type: kind, uri, enabled };
    if (!enabled) return { ...which, sync_state: 'disabled', last_checked: null, health_status: 'unknown' };
    const now = isoTime(clock.now());
    try {
      const { root, revision } = await read(spec, repository, signal);
      const { paths, unreadable } = await findSourceTasks(root, repository.options);
      return {
        ...which,
        sync_state: 'synced',
        last_checked: now,
        health_status: unreadable.length === 0 ? 'healthy' : 'degraded',
        tasks_count: paths.length,
        ...(isDetailed && revision !== null ? { revision } : {}),
        ...(isDetailed ? { problems: unreadable.map(({ path, reason }) => `${path}: ${reason}`) } : {}),
      };
    } catch (caught) {
      const error = errorOf(caught, name, signal);
      return { ...which, sync_state: 'failed', last_checked: now, health_status: 'unhealthy', error: error.message };
    }
  };

  const verify = async (spec: SourceSpec, isOffline: boolean, signal: AbortSignal): Promise<VerifiedRepository> => {
    const repository = repositoryOf(spec, settings);
    const { name, kind, uri, enabled } = repository;
    const which = { name, source_type: kind, uri, enabled, verification_time: isoTime(clock.now()) };
    const warnings = warningsOf(repository);
    const notLookedAt = { accessible: null, readable: null, correctly_configured: true, usable: null, tasks: [], issues: [] };
    if (!enabled) return { ...which, ...notLookedAt, warnings: [...warnings, 'It is switched off.'] };
    if (isOffline && kind !== 'filesystem')
      return { ...which, ...notLookedAt, warnings: [...warnings, 'It was not looked at: --offline.'] };
    let root: string;
    try {
      ({ root } = await read(spec, repository, signal));
    } catch (caught) {
      const error = errorOf(caught, name, signal);
      const cause = blameOf(error);
      return {
        ...which,
        accessible: cause === 'content',
        readable: false,
        correctly_configured: cause !== 'configuration',
        usable: false,
        tasks: [],
        issues: [error.message],
        warnings,
        error_message: `${error.message} ${error.hint}`,
      };
    }
    const { paths, unreadable } = await findSourceTasks(root, repository.options);
    const { tasks, problems } = await readTaskList(root, paths);
    const issues = [
      ...problems.map(({ path, error }) => `${path}: ${error}`),
      ...unreadable.map(({ path, reason }) => `${path}: ${reason}`),
    ];
    if (paths.length === 0) warnings.push('There is no task in it.');
    warnings.push(...indexWarnings(root, new Map(tasks.map(({ path, checksum }) => [path, checksum]))));
    return {
      ...which,
      accessible: true,
      readable: true,
      correctly_configured: true,
      usable: issues.length === 0,
      tasks: tasks.map(({ name: task, version, description, tags, path }) => ({ name: task, version, description, tags, path })),
      issues,
      warnings,
    };
  };

  return {
    isConfigured: specs.length > 0,
    status: async ({ isDetailed, ...which }, signal) =>
      summedStatuses(await Promise.all(chosen(which).map((spec) => inTurn(() => look(spec, isDetailed, signal))))),
    verify: async ({ isOffline, ...which }, signal) =>
      summedVerified(await Promise.all(chosen(which).map((spec) => inTurn(() => verify(spec, isOffline, signal))))),
  };
}

/** A source of the configuration as a server that never read it would see it. */
function repositoryOf(spec: SourceSpec, settings: Settings): Repository {
  return {
    ...fieldsOf(spec, 'config', settings),
    id: 0,
    isDefault: spec.isDefault,
    syncStatus: 'pending',
    syncError: null,
    syncErrorCode: null,
    failures: 0,
    lastSyncAt: null,
    lastAttemptAt: null,
    revision: null,
    checksum: null,
    fetchedAt: null,
    signature: null,
    taskCount: 0,
    problems: [],
    createdAt: 0,
    updatedAt: 0,
  };
}

/** What was cancelled is no finding about a source. */
function errorOf(caught: unknown, name: string, signal: AbortSignal): RatchetError {
  if (signal.aborted) throw caught;
  return toRatchetError(caught, `read the source ${name}`);
}

/** Which of the questions an error answers with no. */
function blameOf({ code }: RatchetError): 'configuration' | 'access' | 'content' {
  if (/^SOURCE_(AUTH_UNKNOWN|AUTH_INVALID|URI_INVALID|REF_NOT_FOUND|SUBDIRECTORY_NOT_FOUND)$/.test(code)) return 'configuration';
  return /^SOURCE_(CONTENT_INVALID|CHECKSUM_WRONG|SIGNATURE_INVALID|TOO_LARGE)$/.test(code) ? 'content' : 'access';
}

function warningsOf({ kind, ref, isWritable, pushOnChange }: Repository): string[] {
  const warnings: string[] = [];
  if (isWritable && kind !== 'git') warnings.push('It is said to be writable, and only Git repositories take commits.');
  if (pushOnChange && !isWritable) warnings.push('It is said to be pushed to on every change, and is not writable.');
  if (ref !== null && kind !== 'git') warnings.push('It names a branch, tag or commit, and only Git repositories have them.');
  return warnings;
}

/** Whether the index of a task repository says what is in it. */
function indexWarnings(root: string, tasks: ReadonlyMap<string, string>): string[] {
  let text: string;
  try {
    text = readFileSync(join(root, indexFile), 'utf8');
  } catch {
    return [];
  }
  const refresh = '`ratchet repo refresh-metadata` writes it anew.';
  let index: RepositoryIndex | undefined;
  try {
    index = RepositoryIndex.safeParse(JSON.parse(text)).data;
  } catch {
    index = undefined;
  }
  if (index === undefined) return [`${indexFile} cannot be read. ${refresh}`];
  const indexed = new Map(index.tasks.map(({ path, checksum }) => [path, checksum]));
  const differing = [...new Set([...indexed.keys(), ...tasks.keys()])].filter((path) => indexed.get(path) !== tasks.get(path)).toSorted();
  return differing.length === 0 ? [] : [`${indexFile} does not say what is there: ${differing.slice(0, 10).join(', ')}. ${refresh}`];
}
