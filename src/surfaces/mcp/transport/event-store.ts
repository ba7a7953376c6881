import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';

interface StoredEvent {
  readonly id: string;
  readonly streamId: string;
  /** Null: only its id matters, for whoever comes back before the first message. */
  readonly message: JSONRPCMessage | null;
  readonly bytes: number;
}

/** All messages of one session together are at most so large; the oldest go first. */
const mostBytes = 16 * 1024 ** 2;

/** Remembers the last messages of one session, for a client that lost a stream and asks for what came after the last one it has seen. */
export function createEventStore(most: number): EventStore {
  const events: StoredEvent[] = [];
  let count = 0;
  let bytes = 0;
  return {
    async storeEvent(streamId, message) {
      const isEmpty = Object.keys(message).length === 0;
      const event = {
        id: String(++count),
        streamId,
        message: isEmpty ? null : message,
        bytes: isEmpty ? 0 : JSON.stringify(message).length,
      };
      events.push(event);
      bytes += event.bytes;
      while (events.length > most || (bytes > mostBytes && events.length > 1)) bytes -= events.shift()!.bytes;
      return event.id;
    },
    getStreamIdForEventId: async (id) => events.find((event) => event.id === id)?.streamId,
    async replayEventsAfter(lastId, { send }) {
      const at = events.findIndex((event) => event.id === lastId);
      if (at < 0) throw new Error('the event is not remembered');
      const { streamId } = events[at]!;
      for (const event of events.slice(at + 1))
        if (event.streamId === streamId && event.message !== null) await send(event.id, event.message);
      return streamId;
    },
  };
}
