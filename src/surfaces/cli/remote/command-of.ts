import type { Command } from '../command.ts';
import { remoteCommand, type RemoteOperation, type RemoteSpec } from './remote-command.ts';

/**
 * The command of these words: the operation that has them, and how it differs from the usual way, if it does.
 * @throws TypeError for words that no operation has
 */
export function commandOf(
  words: string,
  operations: readonly RemoteOperation[],
  specs: Readonly<Record<string, RemoteSpec>> = {},
): Command {
  const operation = operations.find(({ on }) => on.cli?.command === words);
  if (operation === undefined) throw new TypeError(`no operation is called ${words} on the command line`);
  return remoteCommand(operation, specs[words]);
}
