import { isoTime, isoTimeOrNull } from '#kernel/index.ts';
import type { Match } from '../pattern/compile-pattern.ts';
import { shownMatch } from '../pattern/compile-pattern.ts';
import { typeOfCode } from '../pattern/error-facts.ts';
import type { Severity } from '../words.ts';
import { changesSince } from './changes-since.ts';
import { codeContext, framesOf } from './code-context.ts';
import type { ErrorReport, RecentOperation } from './execution-analysis.ts';
import type { FailureStory, StoryEffect } from './failure-story.ts';
import { suggestedPrompts } from './suggested-prompts.ts';

const mostOperations = 20;
const mostMatches = 8;
const longestMessage = 2_000;
const longestLogLine = 500;
export const mostCutsNamed = 20;

/** Who reads it, and what is known besides the failure. */
export interface ReportWishes {
  readonly now: number;
  readonly severity: Severity;
  readonly systemState: ErrorReport['systemState'];
  readonly includeSuggestions: boolean;
  readonly includeContext: boolean;
  readonly includePrompts: boolean;
}

/** The report, but for what patterns say and for the input: neither masked nor cut to a budget yet. Reads nothing and waits for nothing. */
export function writeReport(story: FailureStory, matches: readonly Match[], wishes: ReportWishes): ErrorReport {
  const { failure } = story;
  const truncated: string[] = [];
  const cut = (text: string, most: number, field: string): string => {
    if (text.length <= most) return text.toWellFormed();
    truncated.push(field);
    return `${text.slice(0, most).toWellFormed()}... (${text.length} characters)`;
  };
  const errorType = typeof failure.data['errorClass'] === 'string' ? failure.data['errorClass'] : typeOfCode(failure.code);
  const code = codeContext(failure, story.files);
  const context = wishes.includeContext;
  return {
    errorSummary: {
      errorType: cut(errorType, 200, 'errorSummary.errorType'),
      errorCode: failure.code,
      message: cut(failure.message, longestMessage, 'errorSummary.message'),
      hint: cut(failure.hint, 500, 'errorSummary.hint'),
      severity: wishes.severity,
      occurredAt: isoTimeOrNull(story.completedAt),
      isRetryable: failure.retryable,
      retryCount: story.attempt - 1,
      // One execution is one trace: its uuid is what logs and recordings of it are found by.
      traceId: story.executionUuid,
      spanId: null,
    },
    executionContext: {
      taskName: story.taskName,
      taskVersion: story.taskVersion,
      jobId: story.jobId,
      executionId: story.executionId,
      inputDataSummary: null,
      executionDurationMs: story.durationMs,
      executionPhase: phaseOf(failure.code),
    },
    codeContext: context ? code : null,
    systemState: context ? wishes.systemState : null,
    recentOperations: context ? story.effects.slice(-mostOperations).map(operationOf) : [],
    similarErrors: context ? story.similar : null,
    matchedPatterns: [],
    relatedLogs: context
      ? story.logs.map(({ number, level, message, at }) => ({
          number,
          level,
          message: cut(message, longestLogLine, `relatedLogs.${number}`),
          at: isoTime(at),
        }))
      : [],
    changes: context ? changesSince(story) : null,
    suggestedPrompts: wishes.includePrompts ? suggestedPrompts(story, matches, code ?? framesOf(failure.data)[0] ?? null) : [],
    metadata: {
      reportVersion: '1.0',
      generatedAt: isoTime(wishes.now),
      contextTokensEstimate: 0,
      truncatedFields: truncated.slice(0, mostCutsNamed).map((field) => field.slice(0, 100).toWellFormed()),
    },
  };
}

/** The patterns that fit best. */
export function shownMatches(matches: readonly Match[], includeSuggestions: boolean): ErrorReport['matchedPatterns'] {
  return matches.slice(0, mostMatches).map((match) => {
    const shown = shownMatch(match);
    return includeSuggestions ? shown : { ...shown, suggestions: [], preventiveMeasures: [] };
  });
}

function operationOf({ number, kind, method, url, startedMs, durationMs, status, failure, site }: StoryEffect): RecentOperation {
  return {
    number,
    kind,
    method,
    target: url.slice(0, 500).toWellFormed(),
    startedMs: Math.round(startedMs),
    durationMs: Math.round(durationMs),
    status,
    failure: failure === null ? null : `${failure.name} (${failure.reason}): ${failure.message}`.slice(0, 300).toWellFormed(),
    place: site === null ? null : `${site.file}:${site.line}:${site.column}`,
  };
}

/** How far it came. */
function phaseOf(code: string): string {
  if (code === 'INPUT_INVALID') return 'input_check';
  if (code.startsWith('OUTPUT_')) return 'output_check';
  if (code === 'TASK_COMPILE_FAILED' || code === 'TASK_NOT_CALLABLE') return 'compile';
  if (code.startsWith('WORKER_') || code.startsWith('ENGINE_')) return 'worker';
  return code.startsWith('JOB_') || code === 'TASK_INVALID' || code === 'TASK_SOURCE_GONE' ? 'waiting' : 'running';
}
