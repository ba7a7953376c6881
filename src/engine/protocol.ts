/**
 * What the host and a worker process say to each other over one pipe.
 *
 * A frame is `[u32 frame length][u32 header length][header JSON][payload]`, big-endian; the length counts everything after itself.
 * The payload is never parsed here: task input, output and bodies pass through as bytes. Both sides check every header against the
 * tables below. The host treats a worker as hostile: a malformed frame ends the worker, never the host.
 */
export const protocolVersion = 1;

/** Largest frame either side accepts, in bytes. */
export const maxFrameBytes = 96 * 1024 * 1024;

/** Host to worker. `execution` is the host's number for one execution; `effect` is the realm's number for one request. */
export const toWorker = {
  /** First frame. Above `rssMb` of resident memory the worker ends itself; `isolates` are kept idle; `nice` is its priority, 19 the lowest. */
  hello: { version: 'number', workerId: 'string', rssMb: 'number', isolates: 'number', nice: 'number' },
  /** Code to keep. Payload: script, input check and output check one after the other; a length of -1 means there is none. */
  program: {
    program: 'string',
    filename: 'string',
    lineOffset: 'number',
    scriptBytes: 'number',
    inputCheckBytes: 'number',
    outputCheckBytes: 'number',
  },
  /** Run a kept program; with `checkOnly`, compile it and check the input and no more. Payload: RunOptions as JSON (with `isOrdered` also the order of turns, as `order`), then the input as JSON text. */
  execute: {
    execution: 'number',
    program: 'string',
    isolation: 'string',
    wallMs: 'number',
    cpuMs: 'number',
    memoryMb: 'number',
    optionsBytes: 'number',
    checkOnly: 'boolean',
    isOrdered: 'boolean',
  },
  /** Comes before the `execute` of an execution that is to be looked into. `profile` is inspector, sampler or empty for none; with `debugger` it begins at `proceed`. */
  instruments: { execution: 'number', coverage: 'boolean', profile: 'string', debugger: 'boolean' },
  /** A debugger opens a session with the inspector of an execution. */
  attach: { execution: 'number', session: 'number' },
  /** What a debugger asks. Payload: a DevTools-protocol message. */
  command: { execution: 'number', session: 'number' },
  /** A debugger ends its session. */
  detach: { execution: 'number', session: 'number' },
  /** Begin an execution that has a debugger. */
  proceed: { execution: 'number' },
  /** Enter the realm by the gate from now on, or no more: a script of ours with a `debugger` statement before the call, from which a debugger can step to the author's next line. */
  gate: { execution: 'number', isClosed: 'boolean' },
  /** A request ended. Payload: the body; `isText` when it is valid UTF-8. */
  answer: { execution: 'number', effect: 'number', head: 'string', isText: 'boolean' },
  /** End this execution now. */
  cancel: { execution: 'number' },
  /** Answer, to show that the main thread still turns. */
  ping: { number: 'number' },
  /** Nothing more will come: end. */
  bye: {},
} as const;

/** Worker to host. */
export const fromWorker = {
  /** First frame: everything is loaded, and all rights but the pipe are given up. */
  ready: { version: 'number', pid: 'number' },
  /** The program of an execution is not kept (any more): send it and the execution again. */
  missing: { execution: 'number', program: 'string' },
  /** A line the task logged; `at` in milliseconds since 1970 by the task's clock. Payload: the text. */
  log: { execution: 'number', level: 'string', at: 'number' },
  /** What the task passed to reportProgress. Payload: JSON. */
  progress: { execution: 'number' },
  /** The task asks for a request. Payload: the body. */
  effect: { execution: 'number', effect: 'number', head: 'string' },
  /** The task gave up on a request. */
  abort: { execution: 'number', effect: 'number' },
  /** The isolate of the execution is there: sessions can be opened with its inspector. */
  inspectable: { execution: 'number' },
  /** What the inspector says to a session. Payload: a DevTools-protocol message. */
  inspected: { execution: 'number', session: 'number' },
  /** What an instrument saw, told before `settled`: `coverage` of the program in the inspector's form, a `profile` in the same form, or `samples`, profiles in the sampler's form; both with the times in which nothing ran. A profile starts `atMs` milliseconds after the execution. Payload: JSON. */
  insight: { execution: 'number', kind: 'string', atMs: 'number' },
  /** The execution ended. Payload: output JSON (`result`), or what `ending` explains as JSON. */
  settled: { execution: 'number', ending: 'string', cpuMs: 'number', heapBytes: 'number', facts: 'string' },
  /** Answer to the ping of the same number. */
  pong: { number: 'number', rssBytes: 'number' },
  /** The worker takes no more executions: it finishes what it has and ends. */
  leaving: { reason: 'string' },
} as const;

/** How an execution can end in a worker; `settled.ending`. */
export const endings = [
  'result',
  'failure',
  'input-invalid',
  'output-invalid',
  'cpu',
  'wall',
  'memory',
  /** The process used too much memory and more than one execution was in it, so none can be blamed for sure. */
  'evicted',
  'cancelled',
  'unsettled',
  'compile',
  'check-failed',
] as const;
export type Ending = (typeof endings)[number];

type Fields = { number: number; string: string; boolean: boolean };
type Shapes = Readonly<Record<string, Readonly<Record<string, keyof Fields>>>>;
type MessageOf<Table extends Shapes> = {
  [Type in keyof Table & string]: { readonly type: Type } & { readonly [Field in keyof Table[Type]]: Fields[Table[Type][Field]] };
}[keyof Table & string];

export type ToWorker = MessageOf<typeof toWorker>;
export type FromWorker = MessageOf<typeof fromWorker>;
export type FromWorkerOf<Type extends FromWorker['type']> = Extract<FromWorker, { type: Type }>;
export type ToWorkerOf<Type extends ToWorker['type']> = Extract<ToWorker, { type: Type }>;

export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const empty = new Uint8Array(0);

/** One message as the bytes to write: a head, and the payload as it was given (not copied). */
export function encodeFrame(message: ToWorker | FromWorker, payload: Uint8Array = empty): [head: Buffer, payload: Uint8Array] {
  const json = JSON.stringify(message);
  const headerBytes = Buffer.byteLength(json);
  const total = 4 + headerBytes + payload.byteLength;
  if (total > maxFrameBytes) throw new FrameError(`a frame of ${total} bytes is larger than ${maxFrameBytes}`);
  const head = Buffer.allocUnsafe(8 + headerBytes);
  head.writeUInt32BE(total, 0);
  head.writeUInt32BE(headerBytes, 4);
  head.write(json, 8);
  return [head, payload];
}

/** Cuts a byte stream into frames and checks each header against a table. Throws FrameError on anything malformed; then the stream is lost. */
export class FrameReader<Table extends Shapes> {
  readonly #table: Table;
  #pending: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #chunkBytes = 0;
  #needed = 4;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Takes the next bytes and hands every frame they complete to `onFrame`. Payloads are views: copy what you keep. */
  push(chunk: Buffer, onFrame: (message: MessageOf<Table>, payload: Buffer) => void): void {
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
    if (this.#pending.length + this.#chunkBytes < this.#needed) return;
    let data = this.#pending.length === 0 && this.#chunks.length === 1 ? chunk : Buffer.concat([this.#pending, ...this.#chunks]);
    this.#chunks = [];
    this.#chunkBytes = 0;
    this.#needed = 4;
    while (data.length >= 4) {
      const total = data.readUInt32BE(0);
      if (total < 4 || total > maxFrameBytes) throw new FrameError(`frame length ${total} is out of range`);
      if (data.length < 4 + total) {
        this.#needed = 4 + total;
        break;
      }
      const headerBytes = data.readUInt32BE(4);
      if (headerBytes > total - 4) throw new FrameError(`header length ${headerBytes} exceeds the frame`);
      const message = this.#parse(data.toString('utf8', 8, 8 + headerBytes));
      const payload = data.subarray(8 + headerBytes, 4 + total);
      data = data.subarray(4 + total);
      onFrame(message, payload);
    }
    this.#pending = data;
  }

  #parse(json: string): MessageOf<Table> {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch {
      throw new FrameError('header is not JSON');
    }
    if (typeof value !== 'object' || value === null) throw new FrameError('header is not an object');
    const message = value as Record<string, unknown>;
    const type = message['type'];
    if (typeof type !== 'string' || !Object.hasOwn(this.#table, type))
      throw new FrameError(`unknown message type ${String(type).slice(0, 40)}`);
    const shape = this.#table[type]!;
    for (const field in shape) {
      const found = message[field];
      if (typeof found !== shape[field]) throw new FrameError(`${type}.${field} is not a ${shape[field]}`);
      if (typeof found === 'number' && !Number.isFinite(found)) throw new FrameError(`${type}.${field} is not finite`);
    }
    return message as MessageOf<Table>;
  }
}
