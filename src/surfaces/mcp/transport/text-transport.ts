import { toRatchetError, type Clock } from '#kernel/index.ts';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import { messageInvalid, notInitialized } from '../errors.ts';
import { rpcError } from './json-rpc-error.ts';
import { checkMessage, idOf, isRequest, mayBatch, readWire, saysItsRevision } from './wire-message.ts';

type Id = string | number;

/** A connection that carries texts both ways, with what JSON-RPC asks of it: arrays, and an answer to what is no message. */
export interface TextTransport extends Transport {
  /** Takes a text the client sent: a message or an array of them. Never throws. */
  readonly receive: (text: string) => void;
  /** The same, of what has been parsed already. */
  readonly receiveParsed: (value: unknown) => void;
  /** Answers something that was never read, such as a text that is too long. */
  readonly refuse: (error: unknown, id?: Id | null) => void;
  /** Settles when every request has been answered or cancelled. */
  readonly whenAnswered: () => Promise<void>;
}

export interface TextTransportOptions {
  readonly write: (text: string) => Promise<void>;
  /** Called once, whoever ended it. */
  readonly onEnded: () => void;
  readonly clock: Clock;
  readonly sessionId?: string;
}

/** Answers to an array of requests go back in one array, once all are there. */
interface Gathering {
  readonly open: Set<Id>;
  readonly answers: JSONRPCMessage[];
}

export function createTextTransport({ write, onEnded, clock, sessionId }: TextTransportOptions): TextTransport {
  let revision: string | null = null;
  let isOpen = false;
  let isClosed = false;
  const gatherings = new Set<Gathering>();
  const unanswered = new Set<Id>();
  let answered = () => {};

  const put = (value: unknown): Promise<void> => (isClosed ? Promise.resolve() : write(JSON.stringify(value)));
  const errorFor = (caught: unknown, id: Id | null) => ({
    jsonrpc: '2.0' as const,
    id,
    error: rpcError(toRatchetError(caught, 'read a message'), clock.now()),
  });
  const settle = (id: Id) => {
    unanswered.delete(id);
    if (unanswered.size === 0) answered();
  };
  const refuse = (caught: unknown, id: Id | null = null) => void put(errorFor(caught, id)).catch(() => {});

  /** @returns an error where the message is answered here */
  const deliver = (value: unknown): object | null => {
    let message: JSONRPCMessage;
    try {
      message = checkMessage(value);
      const { method } = message as { readonly method?: string };
      if (!isOpen) {
        isOpen = method === 'initialize' || saysItsRevision(message);
        if (!isOpen && method !== 'ping') {
          if (isRequest(message)) throw notInitialized({});
          return null;
        }
      }
    } catch (caught) {
      return errorFor(caught, idOf(value));
    }
    if (isRequest(message)) {
      // Asked before who they are, clients may still want to know whether anybody is there.
      if (message.method === 'ping' && !isOpen) {
        void put({ jsonrpc: '2.0', id: message.id, result: {} }).catch(() => {});
        return null;
      }
      unanswered.add(message.id);
    }
    const { method, params } = message as { readonly method?: string; readonly params?: { readonly requestId?: Id } };
    if (method === 'notifications/cancelled' && params?.requestId !== undefined) settle(params.requestId);
    transport.onmessage?.(message);
    return null;
  };
  const deliverAll = (values: readonly unknown[]) => {
    if (values.length === 0) return refuse(messageInvalid({ problem: 'it is an empty array' }));
    if (!mayBatch(revision)) return refuse(messageInvalid({ problem: `arrays of messages are no part of revision ${revision}` }));
    const gathering: Gathering = { open: new Set(values.filter(isRequest).map(({ id }) => id)), answers: [] };
    gatherings.add(gathering);
    for (const value of values) {
      const problem = deliver(value);
      if (problem === null) continue;
      gathering.answers.push(problem as JSONRPCMessage);
      const id = idOf(value);
      if (id !== null) gathering.open.delete(id);
    }
    void finish(gathering).catch(() => {});
  };
  const finish = (gathering: Gathering): Promise<void> => {
    if (gathering.open.size > 0 || !gatherings.delete(gathering)) return Promise.resolve();
    return gathering.answers.length === 0 ? Promise.resolve() : put(gathering.answers);
  };

  const transport: TextTransport = {
    ...(sessionId === undefined ? {} : { sessionId }),
    start: async () => {},
    async send(message) {
      const id = 'method' in message ? undefined : message.id;
      const gathering = id === undefined ? undefined : [...gatherings].find(({ open }) => open.has(id));
      if (gathering === undefined) await put(message);
      else {
        gathering.open.delete(id!);
        gathering.answers.push(message);
        await finish(gathering);
      }
      if (id !== undefined) settle(id);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      answered();
      onEnded();
      transport.onclose?.();
    },
    setProtocolVersion: (version) => {
      revision = version;
    },
    receive(text) {
      if (isClosed || text.trim() === '') return;
      let value: unknown;
      try {
        value = readWire(text);
      } catch (caught) {
        return refuse(caught);
      }
      transport.receiveParsed(value);
    },
    receiveParsed(value) {
      if (isClosed) return;
      if (Array.isArray(value)) return deliverAll(value);
      const problem = deliver(value);
      if (problem !== null) void put(problem).catch(() => {});
    },
    refuse,
    whenAnswered: () =>
      unanswered.size === 0 || isClosed
        ? Promise.resolve()
        : new Promise((resolve) => {
            answered = resolve;
          }),
  };
  return transport;
}
