import { exitCodes, type ErrorKind } from '#kernel/index.ts';
import { wordsFor } from './blank-data.ts';
import { code, markdown, table, type Page } from './page.ts';

export const errorFolder = 'docs/errors';

/** One page per error code, and the list of them. */
export function errorPages(errors: readonly ErrorKind<never>[]): Page[] {
  const list = errors.map((kind) => [
    `[${kind.code}](${kind.code}.md)`,
    String(exitCodes[kind.spec.exit].code),
    String(kind.spec.http),
    kind.spec.retryable ? 'yes' : 'no',
    kind.spec.about.split(/(?<=\.)\s/)[0]!,
  ]);
  const index = markdown(
    `${errorFolder}/README.md`,
    '# Errors',
    'Every error has a code that never changes its meaning: match on it, not on the message. On the command line an error ends with the exit code given here; over HTTP with the status.',
    table(['code', 'exit code', 'HTTP status', 'worth retrying', 'when'], list),
  );
  return [index, ...errors.map(errorPage)];
}

function errorPage({ code: name, spec }: ErrorKind<never>): Page {
  const { code: exitCode, meaning } = exitCodes[spec.exit];
  return markdown(
    `${errorFolder}/${name}.md`,
    `# ${name}`,
    spec.about,
    `Message: ${code(wordsFor(spec.message))}`,
    `What to do: ${prose(wordsFor(spec.hint))}`,
    table(
      ['', ''],
      [
        ['Exit code of a command', `${exitCode}: ${meaning}`],
        ['HTTP status', String(spec.http)],
        ['Worth retrying without a change', spec.retryable ? 'yes' : 'no'],
      ],
    ),
    '[All errors](README.md)',
  );
}

/** Angle brackets outside inline code would be taken for HTML. */
function prose(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '\\<') : part))
    .join('`');
}
