import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { uuidSource, type Clock, type IdSource, type RatchetError } from '#kernel/index.ts';
import { errorAnswer } from './error-answer.ts';
import { headersTooLarge, requestMalformed, requestTimedOut } from './errors.ts';

/** Answers what never became a request (broken HTTP, headers too large, a client too slow) with the body all errors have, and hangs up. */
export function answerRaw(error: Error & { code?: string }, socket: Socket, clock: Clock, ids: IdSource = uuidSource(clock)): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = errorAnswer(kindOf(error.code), { requestId: ids.next<'request'>(), path: '', now: clock.now() });
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
      `X-Request-ID: ${body.error.requestId}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${text}`,
  );
  // A client that keeps sending must not keep the connection.
  socket.destroySoon();
}

function kindOf(code: string | undefined): RatchetError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimedOut({});
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge({});
  return requestMalformed({ problem: code?.startsWith('HPE_') ? code.slice(4).toLowerCase().replaceAll('_', ' ') : 'it cannot be read' });
}
