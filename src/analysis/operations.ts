import { analyzeExecution } from './operations/analyze.ts';
import { logOperations } from './operations/logs.ts';
import { patternOperations } from './operations/patterns.ts';

export { analyzeExecution } from './operations/analyze.ts';
export { errorTrends, searchLogs } from './operations/logs.ts';
export { createPattern, listPatterns, removePattern, replacePattern, showPattern, testPatterns } from './operations/patterns.ts';
export type { AnalysisServices } from './analysis-services.ts';

/** Everything that can be asked about errors and logs across executions. Where two routes fit, the one without a parameter stands first. */
export const analysisOperations = [analyzeExecution, ...logOperations, ...patternOperations] as const;
