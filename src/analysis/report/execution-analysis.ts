import { Timestamp } from '#kernel/index.ts';
import { z } from 'zod';
import { MatchedPattern } from '../pattern/error-pattern.ts';
import { severities } from '../words.ts';

/** What kind of failure it was, in the words that tools of agents have always been told. */
export const Classification = z
  .object({
    errorType: z
      .string()
      .describe(
        'timeout_error, network_error, permission_error, not_found_error, validation_error, resource_error, database_error, javascript_error, syntax_error, else the code; not_applicable where nothing failed.',
      ),
    category: z.string().describe('transient, security, client, input, system, infrastructure, runtime, code or unknown.'),
    rootCause: z.string().describe('Why it most likely happened, in a sentence.'),
    impact: z.string().describe('What it means for the job, and how often it has happened.'),
    severity: z.enum(severities).describe('How bad it is.'),
    errorMessage: z.string().nullable(),
  })
  .meta({ id: 'ErrorClassification', description: 'What kind of failure it was, in a few words.' });
export type Classification = z.output<typeof Classification>;

const Place = z.object({
  file: z.string().describe("Path inside the task, of the author's own file."),
  line: z.number().int(),
  column: z.number().int(),
  function: z.string(),
});

export const CodeContext = Place.extend({
  lines: z
    .array(z.object({ number: z.number().int(), text: z.string(), isFailing: z.boolean().describe('The line that failed.') }))
    .describe('Around the failing line.'),
  frames: z.array(Place).describe('How it came there, innermost first.'),
});
export type CodeContext = z.output<typeof CodeContext>;

export const RecentOperation = z.object({
  number: z.number().int(),
  kind: z.string(),
  method: z.string().nullable(),
  target: z.string().describe('Address, or what else was asked.'),
  startedMs: z.number().describe('Since the execution began.'),
  durationMs: z.number(),
  status: z.number().int().nullable(),
  failure: z.string().nullable(),
  place: z.string().nullable().describe('The line that asked.'),
});
export type RecentOperation = z.output<typeof RecentOperation>;

export const SimilarErrors = z.object({
  fingerprint: z.string().describe('The same for failures with the same code, class and place.'),
  count: z.number().int().describe('Failures with this fingerprint that are stored, this one included.'),
  isCountExact: z.boolean().describe('False where counting stopped early: there are at least so many.'),
  firstSeenAt: Timestamp.nullable().describe('When the first of them failed.'),
  lastSeenAt: Timestamp.nullable().describe('When the latest of them failed.'),
  tasks: z.array(z.object({ taskId: z.string(), taskName: z.string(), count: z.number().int() })).describe('Most failures first.'),
  latest: z
    .array(
      z.object({
        executionId: z.string(),
        taskName: z.string(),
        taskVersion: z.string(),
        errorMessage: z.string().nullable(),
        completedAt: Timestamp,
      }),
    )
    .describe('Other ones, newest first.'),
});
export type SimilarErrors = z.output<typeof SimilarErrors>;

export const Changes = z.object({
  lastWorkedAt: Timestamp.nullable().describe('When the latest execution of the task before this one completed; null: never.'),
  lastGoodExecutionId: z.string().nullable().describe('The execution that completed then.'),
  version: z
    .object({
      from: z.string().describe('That worked.'),
      to: z.string().describe('That failed.'),
      isSameCode: z.boolean().describe('Whether both ran the same files.'),
    })
    .nullable()
    .describe('Versions of the task.'),
  files: z
    .array(
      z.object({
        path: z.string(),
        change: z.enum(['added', 'removed', 'changed']).describe('What became of the file.'),
        linesAdded: z.number().int().describe('Lines that are new.'),
        linesRemoved: z.number().int().describe('Lines that are gone.'),
      }),
    )
    .describe('Files of the task that differ.'),
  conditions: z
    .array(
      z.object({
        what: z.string().describe('Which limit, or the engine.'),
        from: z.string().describe('When it worked.'),
        to: z.string().describe('When it failed.'),
      }),
    )
    .describe('Limits and engine, where both recordings are kept.'),
  input: z.array(z.string()).describe('Fields that are new, gone, or of another type.'),
  answers: z
    .array(
      z.object({
        request: z.string(),
        status: z
          .object({ from: z.string().describe('When it worked.'), to: z.string().describe('When it failed.') })
          .nullable()
          .describe('Null where it is the same.'),
        shape: z.array(z.string()).describe('How the body differs in shape, as sentences; empty where it does not, or is not kept.'),
      }),
    )
    .describe('Answers of the same address that came otherwise.'),
});
export type Changes = z.output<typeof Changes>;

export const RelatedLog = z.object({ number: z.number().int(), level: z.string(), message: z.string(), at: Timestamp });

/** The report for a model: everything a reader needs who was not there. Long values are cut and marked. */
export const ErrorReport = z
  .object({
    errorSummary: z
      .object({
        errorType: z.string().describe('Class of what was thrown, or the code in one word.'),
        errorCode: z.string(),
        message: z.string(),
        hint: z.string(),
        severity: z.enum(severities).describe('How bad it is.'),
        occurredAt: Timestamp.nullable().describe('When it failed.'),
        isRetryable: z.boolean().describe('Whether the same run may succeed later.'),
        retryCount: z.number().int().describe('Attempts before this one.'),
        traceId: z.string().nullable().describe('What everything about this execution is found by: its uuid.'),
        spanId: z.string().nullable().describe('Null: an execution is not divided into spans.'),
      })
      .describe('What went wrong.'),
    executionContext: z
      .object({
        taskName: z.string(),
        taskVersion: z.string(),
        jobId: z.string().nullable(),
        executionId: z.string(),
        inputDataSummary: z.unknown().describe('The input, with long values cut.'),
        executionDurationMs: z.number().nullable().describe('From its beginning to its end.'),
        executionPhase: z.string().describe('waiting, compile, input_check, running, output_check, or worker.'),
      })
      .describe('What ran.'),
    codeContext: CodeContext.nullable().describe('Where it failed, with the lines around; null where nobody knows.'),
    systemState: z
      .object({
        hostname: z.string().describe('Name of the machine.'),
        processId: z.number().int().describe('Process of the server.'),
        memoryUsageMb: z.number().describe('Memory of the process, in MB.'),
        cpuUsagePercent: z.number().nullable().describe('Load of the last minute, of all processors.'),
        diskUsagePercent: z.number().nullable().describe('Of the disk with the data folder.'),
        activeConnections: z.number().int().nullable().describe('Null: nobody counts them.'),
      })
      .nullable()
      .describe('Of the server when the report was made; null where the configuration leaves it out.'),
    recentOperations: z.array(RecentOperation).describe('What it asked of the outside before it failed, in order.'),
    similarErrors: SimilarErrors.nullable().describe('Failures that are equal to this one.'),
    matchedPatterns: z.array(MatchedPattern).describe('Most confident first.'),
    relatedLogs: z.array(RelatedLog).describe('Its last lines.'),
    changes: Changes.nullable().describe('What differs from the latest time it worked.'),
    suggestedPrompts: z.array(z.string()).describe('Questions to ask a model.'),
    metadata: z.object({
      reportVersion: z.literal('1.0').describe('Of the shape of the report.'),
      generatedAt: Timestamp.describe('When it was written.'),
      contextTokensEstimate: z.number().int().describe('Characters divided by four.'),
      truncatedFields: z.array(z.string()).describe('Fields that were cut to keep to the budget.'),
    }),
  })
  .meta({ id: 'ErrorReport' });
export type ErrorReport = z.output<typeof ErrorReport>;

export const ExecutionAnalysis = z
  .object({
    executionId: z.string(),
    executionUuid: z.string(),
    status: z.string(),
    isFailure: z.boolean().describe('False: there is nothing to analyse, and the report is null.'),
    analysis: Classification,
    suggestions: z.array(z.string()).describe('Of the patterns, most confident first.'),
    nextSteps: z.array(z.string()).describe('What to do first, in order.'),
    report: ErrorReport.nullable().describe('Null for Markdown, and where nothing failed.'),
    markdown: z.string().nullable().describe('The same for people; null for JSON.'),
    analyzedAt: Timestamp.describe('When this was said.'),
  })
  .meta({ id: 'ExecutionAnalysis' });
export type ExecutionAnalysis = z.output<typeof ExecutionAnalysis>;
