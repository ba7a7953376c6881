import { errorJson, errorText, type ShownError } from '#surfaces/cli/show-error.ts';
import { printable, type Paint } from '#surfaces/cli/terminal.ts';

/**
 * An error as the console shows it: a sign and the message, where the author's code was, and what to do. Advice to call the program with
 * `--help` becomes the console's own help.
 * @param isJson one line of JSON for programs
 */
export function consoleErrorText(error: ShownError, paint: Paint, isJson: boolean): string {
  if (isJson) return `${errorJson(error)}\n`;
  const [, ...more] = errorText(error, paint).split('\n');
  const rest = more
    .slice(printable(error.message).split('\n').length - 1)
    .filter((line) => !line.includes('docs/errors/') && !line.includes('ratchet <command> [flags]'))
    .join('\n')
    .replaceAll(/Run `ratchet(?: ([a-z -]+))? --help` for the flags and examples\./g, (_whole, words?: string) => helpHint(words))
    .replaceAll('--server <url>', '`connect <url>`')
    .replaceAll(/`ratchet (?!serve\b|console\b)([a-z])/g, '`$1')
    .replaceAll(/(Usage:\S*) ratchet /g, '$1 ');
  return `${paint('red', '✗')} ${printable(error.message)}\n${rest}`;
}

const helpHint = (words: string | undefined) => `Type \`help${words === undefined ? '' : ` ${words}`}\` for the flags and examples.`;

/** `⚠ ` and a text. */
export const warning = (text: string, paint: Paint): string => `${paint('yellow', '⚠')} ${printable(text)}\n`;
/** `ℹ ` and a text. */
export const note = (text: string, paint: Paint): string => `${paint('blue', 'ℹ')} ${printable(text)}\n`;
