import type { CallContext } from '#kernel/index.ts';
import type { ErrorPattern, MatchedPattern, ShownPattern } from './pattern/error-pattern.ts';
import type { ErrorTrends, FoundLogLines, trendKeys } from './logs/log-shapes.ts';
import type { ExecutionAnalysis } from './report/execution-analysis.ts';
import type { Category, Origin } from './words.ts';

type Asking = Pick<CallContext, 'caller' | 'now' | 'signal'>;

export interface AnalyzeRequest {
  /** Number or uuid. */
  readonly id: string;
  readonly format: 'json' | 'markdown';
  /** Null: what the configuration says. */
  readonly maxTokens: number | null;
  readonly includeSuggestions: boolean;
  readonly includeContext: boolean;
  readonly includePrompts: boolean;
}

/** An error that nobody has to have had. */
export interface ImaginedError {
  readonly errorType?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly message?: string | undefined;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

export interface LogSearch {
  readonly search: string | null;
  /** Only these levels; null: all. */
  readonly levels: readonly string[] | null;
  /** Number, uuid or name. */
  readonly task: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly since: number | null;
  readonly until: number | null;
  readonly limit: number;
  readonly after: string | null;
}

export interface TrendRequest {
  readonly by: (typeof trendKeys)[number];
  readonly task: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly since: number;
  readonly until: number;
  /** Null: one that makes some thirty of the window. */
  readonly bucketMs: number | null;
}

/** What is known of errors, and what is said of them. */
export interface Analysis {
  /** @throws EXECUTION_NOT_FOUND */
  analyze(request: AnalyzeRequest, context: Asking): Promise<ExecutionAnalysis>;
  patterns(filter: { readonly origin?: Origin | undefined; readonly category?: Category | undefined }): Promise<readonly ShownPattern[]>;
  /** @throws PATTERN_NOT_FOUND */
  pattern(id: string): Promise<ShownPattern>;
  /** @throws PATTERN_EXISTS, PATTERN_INVALID, PATTERN_LIMIT */
  createPattern(pattern: ErrorPattern, context: Asking): Promise<ShownPattern>;
  /** Stores it under its id, whatever stood there. @throws PATTERN_READ_ONLY, PATTERN_INVALID, PATTERN_LIMIT */
  replacePattern(pattern: ErrorPattern, context: Asking): Promise<ShownPattern>;
  /** @throws PATTERN_NOT_FOUND, PATTERN_READ_ONLY */
  removePattern(id: string): Promise<void>;
  /**
   * @param pattern only this one, stored or not; null: all that are known
   * @throws PATTERN_INVALID, PATTERN_NOT_FOUND, EXECUTION_NOT_FOUND
   */
  testPatterns(
    pattern: ErrorPattern | string | null,
    error: ImaginedError | { readonly executionId: string },
  ): Promise<readonly MatchedPattern[]>;
  searchLogs(search: LogSearch): Promise<FoundLogLines>;
  trends(request: TrendRequest): Promise<ErrorTrends>;
}

export interface AnalysisServices {
  readonly analysis: Analysis;
}
