import type { CommandShape } from '#surfaces/cli/project.ts';

/** Flags that say which server is meant are not typed in a console, which is connected to one. */
const ofConnection = new Set(['server', 'requestTimeoutMs']);

/** A command as it is typed here: by its name in the console, without the flags of the connection. */
export function consoleShape(shape: CommandShape, words: string): CommandShape {
  return { ...shape, words, flags: shape.flags.filter(({ field }) => !ofConnection.has(field)) };
}
