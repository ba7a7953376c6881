import type { Channel } from './database.ts';

export interface Announcements {
  announce(channel: Channel, message: string): void;
  listen(channel: Channel, onMessage: (message: string) => void): () => void;
  /** Hands a message to those who listen, now. */
  deliver(channel: Channel, message: string): void;
  /** What was announced before is still handed on. */
  close(): void;
}

/** PostgreSQL carries less than 8,000 bytes per message. */
export const longestMessage = 7_900;

/**
 * Messages inside this process. What is announced in one tick arrives in the next, equal messages once.
 * @param forward told the same, for other processes
 */
export function createAnnouncements(forward?: (messages: ReadonlyMap<Channel, ReadonlySet<string>>) => void): Announcements {
  const listeners = new Map<Channel, Set<(message: string) => void>>();
  let waiting = new Map<Channel, Set<string>>();
  let timer: NodeJS.Immediate | null = null;
  const deliver = (channel: Channel, message: string) => {
    for (const listener of listeners.get(channel) ?? []) listener(message);
  };
  const flush = () => {
    timer = null;
    const messages = waiting;
    waiting = new Map();
    forward?.(messages);
    for (const [channel, texts] of messages) for (const text of texts) deliver(channel, text);
  };
  return {
    deliver,
    announce(channel, message) {
      if (Buffer.byteLength(message) > longestMessage)
        throw new RangeError(`a message of ${Buffer.byteLength(message)} bytes; at most ${longestMessage} are carried`);
      const texts = waiting.get(channel) ?? new Set();
      waiting.set(channel, texts.add(message));
      timer ??= setImmediate(flush);
    },
    listen(channel, onMessage) {
      const own = (message: string) => onMessage(message);
      listeners.set(channel, (listeners.get(channel) ?? new Set()).add(own));
      return () => void listeners.get(channel)?.delete(own);
    },
    close() {
      if (timer !== null) {
        clearImmediate(timer);
        flush();
      }
      listeners.clear();
    },
  };
}
