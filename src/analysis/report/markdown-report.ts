import type { ErrorReport, ExecutionAnalysis } from './execution-analysis.ts';

/** The report for people, with the sections of the older engine in their order, and those it did not have between them. */
export function markdownReport({ analysis, nextSteps }: Pick<ExecutionAnalysis, 'analysis' | 'nextSteps'>, report: ErrorReport): string {
  const { errorSummary: error, executionContext: run, metadata } = report;
  const blocks = [
    '# Error Analysis Report',
    [`**Generated**: ${metadata.generatedAt}`, ...(error.traceId === null ? [] : [`**Trace ID**: ${error.traceId}`])].join('\n'),
    '## Error Summary',
    list([
      `**Type**: ${line(error.errorType)}`,
      `**Code**: ${error.errorCode}`,
      `**Message**: ${line(error.message)}`,
      `**Severity**: ${capital(error.severity)}`,
      `**Retryable**: ${error.isRetryable ? 'yes' : 'no'}`,
      `**Category**: ${analysis.errorType} (${analysis.category})`,
      `**Root cause**: ${line(analysis.rootCause)}`,
      `**Impact**: ${line(analysis.impact)}`,
    ]),
    ...section(
      '## Next Steps',
      nextSteps.map((step, index) => `${index + 1}. ${line(step)}`),
    ),
    '## Execution Context',
    list([
      `**Task**: ${line(run.taskName)} (v${run.taskVersion})`,
      ...(run.jobId === null ? [] : [`**Job ID**: ${run.jobId}`]),
      `**Execution ID**: ${run.executionId}`,
      ...(error.occurredAt === null ? [] : [`**Occurred**: ${error.occurredAt}`]),
      ...(run.executionDurationMs === null ? [] : [`**Duration**: ${run.executionDurationMs}ms`]),
      `**Phase**: ${run.executionPhase}`,
      `**Retries before**: ${error.retryCount}`,
    ]),
    ...inputBlock(run.inputDataSummary),
    ...codeBlocks(report.codeContext),
    ...operationBlocks(report.recentOperations),
    ...patternBlocks(report.matchedPatterns),
    ...similarBlocks(report.similarErrors),
    ...changeBlocks(report.changes),
    ...section(
      '## Related Logs',
      report.relatedLogs.length === 0
        ? []
        : fenced(report.relatedLogs.map(({ at, level, message }) => `${at} ${level.toUpperCase().padEnd(5)} ${line(message)}`)),
    ),
    ...systemBlocks(report.systemState),
    ...section(
      '## Suggested Analysis Questions',
      report.suggestedPrompts.map((prompt, index) => `${index + 1}. ${line(prompt)}`),
    ),
    ...(metadata.truncatedFields.length === 0
      ? []
      : [
          `Cut to keep to the budget: ${metadata.truncatedFields
            .slice(0, 10)
            .map((field) => `\`${line(field)}\``)
            .join(', ')}${metadata.truncatedFields.length > 10 ? ', ...' : ''}.`,
        ]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function inputBlock(summary: unknown): string[] {
  return summary === null || summary === undefined
    ? []
    : ['**Input**:', fenced((JSON.stringify(summary, null, 2) ?? 'null').split('\n'), 'json').join('\n')];
}

function codeBlocks(code: ErrorReport['codeContext']): string[] {
  if (code === null) return [];
  const width = String(code.lines.at(-1)?.number ?? 0).length;
  const lines = code.lines.map(({ number, text, isFailing }) => `${isFailing ? '>' : ' '} ${String(number).padStart(width)} | ${text}`);
  const frames = code.frames
    .slice(1)
    .map(({ function: called, file, line: row }) => `called from ${called === '' ? '' : `\`${line(called)}\` `}at ${line(file)}:${row}`);
  return [
    '## Code',
    `${line(code.file)}:${code.line}:${code.column}${code.function === '' ? '' : ` in \`${line(code.function)}\``}`,
    ...(lines.length === 0 ? [] : [fenced(lines).join('\n')]),
    ...(frames.length === 0 ? [] : [list(frames)]),
  ];
}

function operationBlocks(operations: ErrorReport['recentOperations']): string[] {
  return section(
    '## Operations Before The Failure',
    operations.map(({ number, method, target, status, failure, durationMs, place }) =>
      line(
        `${number}. ${method === null ? '' : `${method} `}${target}: ${status ?? failure ?? 'no answer'} after ${durationMs}ms${place === null ? '' : ` (${place})`}`,
      ),
    ),
  );
}

function patternBlocks(matches: ErrorReport['matchedPatterns']): string[] {
  if (matches.length === 0) return [];
  return [
    '## Matched Error Patterns',
    ...matches.flatMap(({ patternName, confidence, suggestions, commonCauses, preventiveMeasures, documentationLinks }) => [
      `### ${line(patternName)} (${Math.round(confidence * 100)}% confidence)`,
      ...titled('Suggestions', suggestions),
      ...titled('Common Causes', commonCauses),
      ...titled('Preventive Measures', preventiveMeasures),
      ...(documentationLinks.length === 0 ? [] : [`**Documentation**: ${documentationLinks.map(line).join(', ')}`]),
    ]),
  ];
}

function similarBlocks(similar: ErrorReport['similarErrors']): string[] {
  if (similar === null || similar.count <= 1) return [];
  const { count, isCountExact, firstSeenAt, lastSeenAt, tasks, latest } = similar;
  return [
    '## Similar Errors',
    `${isCountExact ? count : `At least ${count}`} failures with the same code, class and place, from ${firstSeenAt ?? '?'} to ${lastSeenAt ?? '?'}.`,
    list([
      ...tasks.map(({ taskName, count: own }) => `${line(taskName)}: ${own}`),
      ...latest.map(
        ({ executionId, taskName, completedAt, errorMessage }) =>
          `execution ${executionId} of ${line(taskName)} at ${completedAt}: ${line(errorMessage ?? '')}`,
      ),
    ]),
  ];
}

function changeBlocks(changes: ErrorReport['changes']): string[] {
  if (changes === null) return [];
  if (changes.lastGoodExecutionId === null) return ['## Changes Since It Last Worked', 'It has not worked before, as far as is stored.'];
  const { version, files, conditions, input, answers } = changes;
  const said = [
    ...(version === null || version.isSameCode ? [] : [`version ${version.from} became ${version.to}`]),
    ...files.map(({ path, change, linesAdded, linesRemoved }) => `${line(path)} ${change} (+${linesAdded} -${linesRemoved})`),
    ...conditions.map(({ what, from, to }) => `${what}: ${from} became ${to}`),
    ...input.map((difference) => `input: ${line(difference)}`),
    ...answers.flatMap(({ request, status, shape }) => [
      ...(status === null ? [] : [`${line(request)}: ${status.from} became ${status.to}`]),
      ...shape.map((difference) => `${line(request)}: ${line(difference)}`),
    ]),
  ];
  return [
    '## Changes Since It Last Worked',
    `Execution ${changes.lastGoodExecutionId} completed at ${changes.lastWorkedAt ?? '?'}.${said.length === 0 ? ' Nothing that is stored differs: neither code nor the shape of input and answers.' : ''}`,
    ...(said.length === 0 ? [] : [list(said)]),
  ];
}

function systemBlocks(state: ErrorReport['systemState']): string[] {
  if (state === null) return [];
  const { hostname, processId, memoryUsageMb, cpuUsagePercent, diskUsagePercent, activeConnections } = state;
  return [
    '## System State',
    list([
      `**Host**: ${line(hostname)}`,
      `**Process**: ${processId}`,
      `**Memory**: ${memoryUsageMb}MB`,
      ...(cpuUsagePercent === null ? [] : [`**CPU**: ${cpuUsagePercent}%`]),
      ...(diskUsagePercent === null ? [] : [`**Disk**: ${diskUsagePercent}%`]),
      ...(activeConnections === null ? [] : [`**Connections**: ${activeConnections}`]),
    ]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, lines.join('\n')];
}

function titled(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`**${title}**:`, list(items.map(line))];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** A fence that is longer than any inside. */
function fenced(lines: readonly string[], language = ''): string[] {
  const longest = Math.max(2, ...lines.flatMap((one) => [...one.matchAll(/`{3,}/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence];
}

/** A text of others on one line: it must not become a heading or a list of its own, nor move the cursor of a terminal. */
function line(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
