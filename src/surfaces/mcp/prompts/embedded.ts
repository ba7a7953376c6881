import { analyzeExecution } from '#analysis/operations.ts';
import { taskSourceOperation } from '#tasks/catalogue/operations.ts';
import type { ToolContext } from '../offer.ts';
import { cutText } from '../tools/bounded-answer.ts';

const longestFile = 8_000;
const mostFiles = 12;

/** The report of a failure as Markdown; the reason where nothing failed. */
export async function embeddedReport(execution: string, { ask, signal }: ToolContext): Promise<string> {
  const { markdown, analysis } = await ask.call(analyzeExecution, { id: execution, format: 'markdown', includePrompts: false }, { signal });
  return markdown ?? analysis.rootCause;
}

/** The files of a task as they are stored, each in a fence that its text does not end. */
export async function embeddedFiles(task: string, { ask, signal }: ToolContext): Promise<string> {
  const { version, files } = await ask.call(taskSourceOperation, { id: task }, { signal });
  const all = Object.entries(files);
  const shown = all.slice(0, mostFiles).map(([path, text]) => `## ${path}\n\n${fenced(cutText(text, longestFile))}`);
  const left = all.length - shown.length;
  return [
    `# Files of ${task}, version ${version}`,
    ...shown,
    ...(left > 0 ? [`${left} more files: resource ratchet://tasks/${task}/tests`] : []),
  ].join('\n\n');
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}
