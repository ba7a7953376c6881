import { validateTaskOperation, type ValidationReport } from '#tasks/index.ts';
import { command, type Screen, type Shown } from '../command.ts';
import { jsonText, printable } from '../terminal.ts';

export const validateCommand = command({
  operation: validateTaskOperation,
  services: async (parts) => ({ tasks: await parts.tasks() }),
  show: showReport,
});

function showReport(report: ValidationReport, screen: Screen): Shown {
  if (screen.format === 'auto') screen.out(reportText(report, screen));
  else screen.out(`${jsonText(report, screen.format === 'pretty')}\n`);
  return { exit: report.valid ? 'ok' : 'invalidTask' };
}

function reportText({ valid, task, problems, wrote }: ValidationReport, { paintOut }: Pick<Screen, 'paintOut'>): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const lines = wrote.map((file) => `Wrote ${file}`);
  // The two signs are part of what this command has always printed; scripts look for them.
  lines.push(valid ? '✅ Task validation passed' : `❌ Task validation failed: ${errors} problem${errors === 1 ? '' : 's'}`);
  if (task) {
    lines.push(`UUID: ${printable(task.uuid)}`, `Label: ${printable(task.label)}`, `Version: ${printable(task.version)}`);
    if (task.description) lines.push(`Description: ${printable(task.description)}`);
  }
  for (const { severity, code, message, file, line, column, hint } of problems) {
    const place = [file || '.', line, line === null ? null : column].filter((part) => part !== null).join(':');
    const sign = paintOut(severity === 'error' ? 'red' : 'yellow', severity);
    lines.push(`${printable(place)} ${sign} ${code} ${printable(message)}`, `    ${printable(hint)}`);
  }
  return `${lines.join('\n')}\n`;
}
