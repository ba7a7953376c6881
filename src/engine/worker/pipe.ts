import { Socket } from 'node:net';
import { encodeFrame, FrameReader, toWorker, type FromWorker, type ToWorker } from '../protocol.ts';

/** The worker's end of the pipe to the host. Frames written in one turn of the event loop leave in one system call. */
export class Pipe {
  readonly #socket: Socket;
  #corked = false;

  constructor(fd: number, onMessage: (message: ToWorker, payload: Buffer) => void, onEnd: () => void) {
    this.#socket = new Socket({ fd, readable: true, writable: true });
    const reader = new FrameReader(toWorker);
    this.#socket.on('data', (chunk: Buffer) => reader.push(chunk, onMessage));
    this.#socket.on('error', onEnd);
    this.#socket.on('close', onEnd);
  }

  send(message: FromWorker, payload?: Uint8Array): void {
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    const [head, body] = encodeFrame(message, payload);
    this.#socket.write(head);
    if (body.byteLength > 0) this.#socket.write(body);
  }

  sendText(message: FromWorker, text: string): void {
    this.send(message, Buffer.from(text));
  }

  /** Writes what is left, then calls back. For the last words of a worker. */
  flush(done: () => void): void {
    this.#corked = false;
    this.#socket.uncork();
    this.#socket.write('', done);
  }
}
