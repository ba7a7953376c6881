import type { ExecutionRow, ExecutionStore } from '#executions/index.ts';
import { executionNotFound, type ExecutionRecordings } from '#executions/stored/index.ts';
import { isoTime, type Problem, type Settings } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import type { Analysis, ImaginedError } from './analysis-services.ts';
import { patternExists, patternInvalid, patternNotFound, patternReadOnly, tooManyPatterns } from './errors.ts';
import { createFailures } from './failures.ts';
import { errorTrends } from './logs/error-trends.ts';
import { searchLogs } from './logs/search-logs.ts';
import { compilePattern, matchesOf, shownMatch } from './pattern/compile-pattern.ts';
import { factsOfFailure, type ErrorFacts } from './pattern/error-facts.ts';
import type { ErrorPattern } from './pattern/error-pattern.ts';
import { createPatternBook, shownPattern, type KnownPattern } from './pattern/pattern-book.ts';
import { createPatternStore, mostStoredPatterns } from './pattern/pattern-store.ts';
import { readRegex } from './regex/read-regex.ts';
import { subjectText } from './regex/subject-text.ts';
import { analyzeFailure } from './report/analyze-failure.ts';
import type { ErrorReport, ExecutionAnalysis } from './report/execution-analysis.ts';
import { gatherStory, type JobStanding } from './report/gather-story.ts';
import { exportSimilarErrors, exportSystemState, exportTokens, matchThreshold, patternsEnabled } from './settings.ts';
import { originWords } from './words.ts';

export interface AnalysisParts {
  readonly database: Database;
  readonly executionStore: ExecutionStore;
  readonly executionRecordings: ExecutionRecordings;
  readonly catalogue: Pick<Catalogue, 'files'>;
  /** @returns null where the job is gone */
  readonly jobOf: (jobId: number) => Promise<JobStanding | null>;
  readonly settings: Settings;
  /** How the machine is now. */
  readonly systemState: () => NonNullable<ErrorReport['systemState']>;
  /** Patterns of the configuration that cannot be used. */
  readonly onPatternProblems: (problems: readonly Problem[]) => void;
}

/** Error patterns, reports and searches of a server. */
export function createAnalysis(parts: AnalysisParts): Analysis {
  const { database, executionStore, executionRecordings, catalogue, jobOf, settings } = parts;
  const store = createPatternStore(database);
  const book = createPatternBook({ settings, store, onProblems: parts.onPatternProblems });
  const failures = createFailures(database);
  const active = async (): Promise<readonly KnownPattern[]> => (settings.get(patternsEnabled) ? book.all() : []);

  async function known(id: string): Promise<KnownPattern> {
    const all = await book.all();
    const found = all.find(({ pattern }) => pattern.id === id);
    if (found !== undefined) return found;
    const word = id.split(/[_-]/)[0]!;
    throw patternNotFound({
      id,
      known: all
        .map(({ pattern }) => pattern.id)
        .filter((one) => word.length > 2 && one.includes(word))
        .slice(0, 3),
    });
  }

  /** @throws PATTERN_INVALID */
  function check(pattern: ErrorPattern): void {
    const { problems } = compilePattern(pattern, 'api', readRegex);
    if (problems.length > 0) throw patternInvalid({ id: pattern.id, problems });
  }

  /** @throws EXECUTION_NOT_FOUND */
  async function rowOf(id: string): Promise<ExecutionRow> {
    const row = await executionStore.find(id);
    if (row === null) throw executionNotFound({ id });
    return row;
  }

  async function factsOf(error: ImaginedError | { readonly executionId: string }): Promise<ErrorFacts | null> {
    if (!('executionId' in error)) return factsOfImagined(error);
    const result = await executionStore.result((await rowOf(error.executionId)).id);
    return result === null || result.error === null ? null : factsOfFailure(result.error, { logsDropped: result.logsDropped });
  }

  const taskOf = async (ref: string | null): Promise<number | null> => (ref === null ? null : ((await failures.taskId(ref)) ?? -1));

  return {
    async analyze({ id, maxTokens, ...request }, { now }) {
      const row = await rowOf(id);
      if (row.status !== 'failed') return notApplicable(row, request.format, now);
      const [story, patterns] = await Promise.all([
        gatherStory({ executionStore, executionRecordings, catalogue, failures, jobOf }, row, {
          includeContext: request.includeContext,
          includeSimilar: settings.get(exportSimilarErrors),
        }),
        active(),
      ]);
      if (story === null) throw executionNotFound({ id });
      return analyzeFailure(story, {
        ...request,
        maxTokens: maxTokens ?? settings.get(exportTokens),
        now,
        patterns,
        threshold: settings.get(matchThreshold),
        systemState: settings.get(exportSystemState) ? parts.systemState() : null,
        withoutSecrets: (json) => executionRecordings.withoutSecrets(json, settings),
      });
    },

    async patterns({ origin, category }) {
      return (await book.all())
        .filter((one) => (origin === undefined || one.origin === origin) && (category === undefined || one.pattern.category === category))
        .map(shownPattern);
    },

    pattern: async (id) => shownPattern(await known(id)),

    async createPattern(pattern, { caller, now }) {
      check(pattern);
      const before = (await book.all()).find((one) => one.pattern.id === pattern.id);
      if (before?.origin === 'config') throw patternExists({ id: pattern.id, origin: originWords.config });
      const stored = await store.add(pattern, caller.name, now);
      if (stored === 'exists') throw patternExists({ id: pattern.id, origin: originWords.api });
      if (stored === 'full') throw tooManyPatterns({ limit: mostStoredPatterns });
      book.forget();
      return shownPattern(await known(pattern.id));
    },

    async replacePattern(pattern, { caller, now }) {
      check(pattern);
      const before = (await book.all()).find((one) => one.pattern.id === pattern.id);
      if (before?.origin === 'config') throw patternReadOnly({ id: pattern.id, origin: originWords.config });
      if ((await store.put(pattern, caller.name, now)) === 'full') throw tooManyPatterns({ limit: mostStoredPatterns });
      book.forget();
      return shownPattern(await known(pattern.id));
    },

    async removePattern(id) {
      if (await store.remove(id)) return book.forget();
      const { origin } = await known(id);
      throw patternReadOnly({ id, origin: originWords[origin] });
    },

    async testPatterns(wanted, error) {
      const facts = await factsOf(error);
      if (typeof wanted === 'object' && wanted !== null) check(wanted);
      const patterns =
        wanted === null
          ? await book.all()
          : typeof wanted === 'string'
            ? [await known(wanted)]
            : [compilePattern(wanted, 'api', readRegex).compiled];
      return facts === null ? [] : matchesOf(facts, patterns).map(shownMatch);
    },

    searchLogs: async (search) => searchLogs(database, search, await taskOf(search.task)),

    trends: async (request) => errorTrends(failures, await active(), settings.get(matchThreshold), request, await taskOf(request.task)),
  };
}

function factsOfImagined({ errorType = '', errorCode, message = '', fields = {} }: ImaginedError): ErrorFacts {
  const code = errorCode ?? 'TASK_FAILED';
  return { code, codes: [code], type: errorType, message: subjectText(message), fields: [fields] };
}

/** There is nothing to analyse: that is an answer, not an error. */
function notApplicable(row: ExecutionRow, format: 'json' | 'markdown', now: number): ExecutionAnalysis {
  const status = row.status.toUpperCase();
  const rootCause = `Execution ${row.id} has not failed: it is ${row.status}.`;
  return {
    executionId: String(row.id),
    executionUuid: row.uuid,
    status,
    isFailure: false,
    analysis: {
      errorType: 'not_applicable',
      category: 'not_applicable',
      rootCause,
      impact: 'None.',
      severity: 'info',
      errorMessage: null,
    },
    suggestions: [],
    nextSteps: [],
    report: null,
    markdown: format === 'markdown' ? `# Error Analysis Report\n\n${rootCause}\n` : null,
    analyzedAt: isoTime(now),
  };
}
