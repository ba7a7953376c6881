/** A person's keys, one by one. */
export interface Keyboard {
  /**
   * Calls back for each key until the returned function is called; until then nothing typed shows, and Enter is `\r`. Whoever began to
   * listen last gets the keys, so that a question can be asked while others listen.
   */
  listen(onKey: (key: string) => void): () => void;
  /** Calls back for Ctrl-C in place of ending the program, until the returned function is called; the last who asked is called. */
  catchInterrupts?(onInterrupt: () => void): () => void;
}

const interrupt = '\u0003';

/**
 * The keys of a terminal. While somebody listens, it hands over keys unprocessed, and so no longer turns Ctrl-C into a signal:
 * `onInterrupt` has to.
 */
export function createKeyboard(stdin: NodeJS.ReadStream, onInterrupt: () => void): Keyboard {
  const listeners: ((key: string) => void)[] = [];
  const catchers: (() => void)[] = [];
  const onData = (chunk: Buffer) => {
    for (const key of chunk.toString('utf8')) {
      if (key === interrupt) (catchers.at(-1) ?? onInterrupt)();
      else listeners.at(-1)?.(key);
    }
  };
  return {
    catchInterrupts(onCaught) {
      const catcher = () => onCaught();
      catchers.push(catcher);
      return () => {
        const index = catchers.indexOf(catcher);
        if (index >= 0) catchers.splice(index, 1);
      };
    },
    listen(onKey) {
      // A listener of its own even where the same function listens twice.
      const listener = (key: string) => onKey(key);
      listeners.push(listener);
      if (listeners.length === 1) {
        stdin.setRawMode(true);
        stdin.on('data', onData);
        stdin.resume();
      }
      return () => {
        const index = listeners.indexOf(listener);
        if (index < 0) return;
        listeners.splice(index, 1);
        if (listeners.length > 0) return;
        stdin.off('data', onData);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
  };
}
