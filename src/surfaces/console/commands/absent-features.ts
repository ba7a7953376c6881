import { featureAbsent } from '../errors.ts';
import type { Token } from '../language/scan.ts';

/** What plans have named and no server has, by how a line begins. Whoever types it is told what does the work instead. */
const absent: readonly { readonly words: string; readonly what: string; readonly instead: string }[] = [
  {
    words: 'workflow',
    what: 'There are no workflows: a server runs single tasks.',
    instead:
      'Let a script run the tasks one after the other (`task execute` waits for each, and a script ends at the first that fails), or several at once with `task batch`.',
  },
];

/** @throws CONSOLE_FEATURE_ABSENT for what is known and not there */
export function refuseAbsent(tokens: readonly Token[]): void {
  const found = absent.find(({ words }) => tokens[0]?.text === words);
  if (found !== undefined) throw featureAbsent(found);
  const isExecute = tokens[0]?.text === 'task' && tokens[1]?.text === 'execute';
  if (isExecute && tokens.some(({ text, isQuoted }) => !isQuoted && /^--webhook(?:[-_]url)?(?:=|$)/.test(text))) {
    throw featureAbsent({
      what: '`task execute` sends its result to no webhook.',
      instead: 'It waits for the result: put it into a file with `> result.json` and let a program send that on.',
    });
  }
}
