import { command, type CliParts, type Screen, type Shown } from '../command.ts';
import { jsonText, printable } from '../terminal.ts';
import {
  configSchemaOperation,
  generateConfigOperation,
  showConfigOperation,
  validateConfigOperation,
  type ConfigValidation,
} from './config-operations.ts';

const services = async (parts: CliParts) => ({ config: await parts.config() });

export const configValidateCommand = command({ operation: validateConfigOperation, services, show: showValidation });

export const configGenerateCommand = command({
  operation: generateConfigOperation,
  services,
  show(answer, screen) {
    const { type, path } = answer;
    if (screen.format === 'auto')
      screen.out(
        `✅ ${printable(type)} configuration generated at: ${JSON.stringify(path)}\n\nStart a server with it:\n  ratchet serve --config ${path}\n`,
      );
    else screen.out(`${jsonText(answer, screen.format === 'pretty')}\n`);
    return { exit: 'ok' };
  },
});

export const configShowCommand = command({
  operation: showConfigOperation,
  services,
  show({ text }, screen) {
    screen.out(text);
    return { exit: 'ok' };
  },
});

export const configSchemaCommand = command({
  operation: configSchemaOperation,
  services,
  show(schema, screen) {
    screen.out(`${jsonText(schema, screen.format !== 'json')}\n`);
    return { exit: 'ok' };
  },
});

function showValidation(report: ConfigValidation, screen: Screen): Shown {
  if (screen.format === 'auto') screen.out(validationText(report, screen));
  else screen.out(`${jsonText(report, screen.format === 'pretty')}\n`);
  return { exit: report.valid ? 'ok' : 'failed' };
}

function validationText({ valid, file, problems }: ConfigValidation, { paintOut }: Screen): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  // The two signs are part of what this command has always printed; scripts look for them.
  const lines = [
    valid ? '✅ Configuration file is valid' : `❌ Configuration validation failed: ${errors} problem${errors === 1 ? '' : 's'}`,
  ];
  if (file === null) lines.push('There is no configuration file: only variables and defaults were looked at.');
  for (const { severity, key, source, problem, hint } of problems) {
    const sign = paintOut(severity === 'error' ? 'red' : 'yellow', severity);
    lines.push([printable(source), sign, printable(key), printable(problem)].filter(Boolean).join(' '), `    ${printable(hint)}`);
  }
  return `${lines.join('\n')}\n`;
}
