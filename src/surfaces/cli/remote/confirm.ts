import type { CliParts } from '../command.ts';
import { interrupted } from '../errors.ts';
import { printable } from '../terminal.ts';

/**
 * Asks before something that cannot be taken back; every key but y means no. Nobody is asked where nobody is there, or where --yes was said.
 * @throws INTERRUPTED when the answer is no
 */
export async function confirm(question: string, { screen, keyboard }: CliParts, signal: AbortSignal | undefined): Promise<void> {
  if (keyboard === null || !screen.isErrTerminal) return;
  screen.err(`${printable(question)} [y/N] `);
  const key = await new Promise<string | null>((resolve) => {
    const finish = (pressed: string | null) => {
      stop();
      signal?.removeEventListener('abort', onAbort);
      resolve(pressed);
    };
    const onAbort = () => finish(null);
    const stop = keyboard.listen(finish);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
  const isWanted = key === 'y' || key === 'Y';
  screen.err(isWanted ? 'yes\n' : 'no\n');
  if (!isWanted) throw interrupted({ signal: key === null ? String(signal?.reason) : 'the question was answered with no' });
}
