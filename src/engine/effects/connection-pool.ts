import { isIP, type Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import type { AddressGuard } from './address-guard.ts';

export interface PoolOptions {
  readonly guard: AddressGuard;
  readonly maxIdlePerHost: number;
  readonly idleMs: number;
  readonly connectMs: number;
  readonly maxHeaderBytes: number;
  readonly verifyTls: boolean;
}

/** A connection for one request at a time. Give it back when the answer has been read to its end; drop it otherwise. */
export interface Lease {
  readonly client: Client;
  /** True when it has carried a request before: the server may have closed it in the meantime. */
  readonly wasUsed: boolean;
  giveBack(): void;
  /** Closes the socket now, even one that is still connecting. */
  drop(): void;
}

/**
 * Connections by origin. undici's own pool bounds how many connections are open; here any number may be in use (each execution has its
 * own bound) and the number of idle ones is bounded, so one slow host holds up nobody. Every connection is made through the guard.
 */
export interface ConnectionPool {
  /** `isOpened` connections were made under a task's exception and are never handed to a request without it. */
  take(origin: string, isOpened: boolean): Lease;
  close(): Promise<void>;
}

interface Connection {
  readonly client: Client;
  readonly key: string;
  socket: Socket | null;
}

/** Idle sockets of all hosts together: a task that visits a thousand hosts must not use up our file descriptors. */
const mostIdle = 256;

export function createConnectionPool(options: PoolOptions): ConnectionPool {
  const idle = new Map<string, Connection[]>();
  const open = new Set<Connection>();
  let idleCount = 0;

  const removeIdle = (connection: Connection) => {
    const waiting = idle.get(connection.key);
    const index = waiting?.indexOf(connection) ?? -1;
    if (!waiting || index < 0) return;
    waiting.splice(index, 1);
    idleCount--;
    if (waiting.length === 0) idle.delete(connection.key);
  };
  const drop = (connection: Connection) => {
    removeIdle(connection);
    open.delete(connection);
    // destroy() alone would leave a socket that is still connecting to its time-out.
    connection.socket?.destroy(new Error('dropped'));
    connection.client.destroy().catch(() => {});
  };

  const connect = (origin: string, key: string, isOpened: boolean): Connection => {
    const base = buildConnector({
      timeout: options.connectMs,
      rejectUnauthorized: options.verifyTls,
      lookup: options.guard.lookup(isOpened),
      autoSelectFamily: true,
      allowH2: false,
    }) as unknown as (...args: Parameters<buildConnector.connector>) => Socket;
    const guarded: buildConnector.connector = (target, callback) => {
      try {
        // Addresses written out never reach the lookup.
        const literal = target.hostname.replace(/^\[(.*)\]$/, '$1');
        if (isIP(literal) !== 0) options.guard.checkAddress(literal, literal, isOpened);
      } catch (error) {
        callback(error as Error, null);
        return;
      }
      connection.socket = base(target, callback);
    };
    const client = new Client(origin, {
      connect: guarded,
      keepAliveTimeout: options.idleMs,
      keepAliveMaxTimeout: options.idleMs,
      maxHeaderSize: options.maxHeaderBytes,
      // One timer per request covers everything; undici's own would only be coarser.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    });
    const connection: Connection = { client, key, socket: null };
    client.on('disconnect', () => {
      if (idle.get(key)?.includes(connection)) drop(connection);
    });
    open.add(connection);
    return connection;
  };

  return {
    take(origin, isOpened) {
      const key = `${isOpened ? 'opened' : 'public'} ${origin}`;
      // The one used last is the least likely to have been closed by the server.
      const kept = idle.get(key)?.at(-1);
      if (kept) removeIdle(kept);
      const connection = kept ?? connect(origin, key, isOpened);
      return {
        client: connection.client,
        wasUsed: kept !== undefined,
        giveBack() {
          const waiting = idle.get(key) ?? [];
          if (
            !open.has(connection) ||
            connection.socket?.destroyed !== false ||
            waiting.length >= options.maxIdlePerHost ||
            idleCount >= mostIdle
          ) {
            drop(connection);
            return;
          }
          waiting.push(connection);
          idle.set(key, waiting);
          idleCount++;
        },
        drop: () => drop(connection),
      };
    },
    async close() {
      const closing = [...open].map((connection) => connection.client);
      for (const connection of open) drop(connection);
      await Promise.allSettled(closing.map((client) => client.destroy()));
    },
  };
}
