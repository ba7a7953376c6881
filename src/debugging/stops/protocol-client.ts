import { fieldsOf, isFields, parseMessage, type Fields } from '../inspector/protocol-message.ts';
import type { DebuggedExecution, DebuggerConnection } from '../inspector/debugged-execution.ts';

/** A debugger of ours at an execution: asks, and is told. What it is told has passed through a worker: hostile input. */
export interface ProtocolClient {
  /** Null when it was refused, and when the execution has ended. */
  readonly ask: (method: string, params?: Fields) => Promise<Fields | null>;
}

/** @param onNotification called for everything that is no answer */
export function createProtocolClient(
  execution: DebuggedExecution,
  onNotification: (method: string, params: Fields) => void,
): ProtocolClient {
  const answers = new Map<number, (result: Fields | null) => void>();
  let lastId = 0;
  let hasEnded = false;
  const connection: DebuggerConnection = execution.connect({
    say(json) {
      const message = parseMessage(json);
      if (message === null) return;
      if (typeof message.id === 'number') {
        answers.get(message.id)?.(isFields(message.result) ? message.result : null);
        answers.delete(message.id);
      } else if (message.method === 'Inspector.detached') {
        hasEnded = true;
        for (const answer of answers.values()) answer(null);
        answers.clear();
      } else if (typeof message.method === 'string') onNotification(message.method, fieldsOf(message.params));
    },
  });
  return {
    ask(method, params = {}) {
      if (hasEnded) return Promise.resolve(null);
      const id = ++lastId;
      return new Promise((resolve) => {
        answers.set(id, resolve);
        connection.hear(JSON.stringify({ id, method, params }));
      });
    },
  };
}
