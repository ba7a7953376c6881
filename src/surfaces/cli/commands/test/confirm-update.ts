import type { UpdateProposal } from '#task-tests/index.ts';
import type { Screen } from '../../command.ts';
import type { Keyboard } from '../../keyboard.ts';
import { printable } from '../../terminal.ts';
import { oneLine } from './suite-text.ts';

/** Shows what would be written into which test, and waits for y; every other key means no. */
export async function confirmUpdate(
  proposals: readonly UpdateProposal[],
  { screen, keyboard, signal }: { screen: Screen; keyboard: Keyboard; signal: AbortSignal },
): Promise<boolean> {
  const { paintErr } = screen;
  for (const { file, name, diff } of proposals) {
    screen.err(`\n ${paintErr('bold', oneLine(name))} ${paintErr('dim', oneLine(file))}\n`);
    for (const { sign, text } of diff) {
      const line = `   ${sign} ${printable(text)}`;
      screen.err(`${sign === ' ' ? paintErr('dim', line) : paintErr(sign === '-' ? 'red' : 'green', line)}\n`);
    }
  }
  screen.err(`\nWrite ${proposals.length === 1 ? 'this output into the test' : `these outputs into ${proposals.length} tests`}? [y/N] `);
  const key = await nextKey(keyboard, signal);
  const isWanted = key === 'y' || key === 'Y';
  screen.err(isWanted ? 'yes\n' : 'no\n');
  return isWanted;
}

function nextKey(keyboard: Keyboard, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const finish = (key: string | null) => {
      stop();
      signal.removeEventListener('abort', onAbort);
      resolve(key);
    };
    const onAbort = () => finish(null);
    const stop = keyboard.listen(finish);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
