import { exitCodes, type ErrorKind } from '#kernel/index.ts';
import { markdown, table, type Page } from './page.ts';

/** Every exit code of the command line, and which errors end with it. */
export function exitCodesPage(errors: readonly ErrorKind<never>[]): Page {
  const rows = Object.entries(exitCodes).map(([name, { code, meaning }]) => [
    String(code),
    meaning,
    errors
      .filter(({ spec }) => spec.exit === name)
      .map((kind) => `[${kind.code}](../errors/${kind.code}.md)`)
      .join(', '),
  ]);
  return markdown(
    'docs/reference/exit-codes.md',
    '# Exit codes',
    'What a command of `ratchet` ends with. Scripts may rely on them.',
    table(['code', 'meaning', 'errors'], rows),
  );
}
