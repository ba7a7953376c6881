import { fork } from 'node:child_process';
import { join } from 'node:path';

/** What the load driver is to send. It ends after so many requests, or when the time is over, whichever comes first. */
export interface LoadOrder {
  readonly host: string;
  readonly port: number;
  /** One whole request, as it goes over the wire. */
  readonly request: string;
  /** Kept alive, each with at most one request in flight. */
  readonly connections: number;
  /** Null: each connection sends its next request when the last one is answered. A number: by schedule, whether answers come or not. */
  readonly perSecond: number | null;
  readonly requests: number;
  readonly forMs: number;
}

export interface LoadReport {
  readonly requests: number;
  /** Answers other than 2xx. */
  readonly refused: number;
  /** The first of those answers. */
  readonly firstRefusal: string | null;
  /** Of the first request, in milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** From the first request to the last answer. */
  readonly tookMs: number;
  /** Until the answer; by schedule from when it was due, so that waiting for a free connection counts. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the driver. */
  readonly cpuMs: number;
}

/** A process of its own that sends requests: what it uses is not measured as part of whoever answers. */
export interface LoadDriver {
  /** @throws when a connection breaks, or when an answer is not 2xx */
  send(order: LoadOrder): Promise<LoadReport>;
  close(): void;
}

/** What the driver answers to an order. */
export type LoadAnswer = { readonly report: LoadReport } | { readonly problem: string };

export function startLoadDriver(): LoadDriver {
  const child = fork(join(import.meta.dirname, 'load-driver.ts'), { serialization: 'advanced' });
  return {
    async send(order) {
      const answer = await new Promise<LoadAnswer>((resolve, reject) => {
        child.once('message', (message) => resolve(message as LoadAnswer));
        child.once('exit', (code) => reject(new Error(`the load driver ended with ${code}`)));
        child.send(order);
      });
      child.removeAllListeners('exit');
      if ('problem' in answer) throw new Error(answer.problem);
      const { refused, requests, firstRefusal } = answer.report;
      if (refused > 0) throw new Error(`${refused} of ${requests} requests were refused, the first with ${firstRefusal}`);
      return answer.report;
    },
    close: () => child.disconnect(),
  };
}

export interface Posted {
  readonly path: string;
  /** JSON text. */
  readonly body: string;
}

/** Where to and what: `POST` of a body to a server. */
export function posting(url: string, { path, body }: Posted): Pick<LoadOrder, 'host' | 'port' | 'request'> {
  const { hostname, port, host } = new URL(url);
  const lines = [`POST ${path} HTTP/1.1`, `host: ${host}`, 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`];
  return { host: hostname, port: Number(port), request: `${lines.join('\r\n')}\r\n\r\n${body}` };
}

export function getting(url: string, path: string): Pick<LoadOrder, 'host' | 'port' | 'request'> {
  const { hostname, port, host } = new URL(url);
  return { host: hostname, port: Number(port), request: `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n` };
}
