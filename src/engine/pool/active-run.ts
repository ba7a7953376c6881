import { isUtf8 } from 'node:buffer';
import type { RatchetError } from '#kernel/index.ts';
import type { HttpOutcome, HttpRequest } from '../effects/effect.ts';
import { isMcp } from '../effects/mcp/mcp-address.ts';
import { outputTooLarge, type Frame } from '../errors.ts';
import { addInsight } from '../insights.ts';
import { hasInspector, type Insights } from '../instruments.ts';
import { failureOf, factsFrom, isEnding } from '../outcome.ts';
import type { Program } from '../program.ts';
import type { FromWorkerOf, ToWorker } from '../protocol.ts';
import type { RunOutcome, RunRequest, RunResult } from '../run-request.ts';
import { authorFrames } from '../stack.ts';
import type { WorkerProcess } from './worker-process.ts';

const cancelGraceMs = 1_000;
/** How much longer an execution may take that is looked into: its worker waits for what the instruments have to tell. */
const instrumentsGraceMs = 3_000;

const noFacts = factsFrom('{}');

/** One execution on the host: waiting for a worker, then talking to one, until it ends exactly once. */
export class ActiveRun {
  readonly number: number;
  readonly request: RunRequest;
  readonly #askedMs: number;
  readonly #now: () => number;
  readonly #resolve: (result: RunResult) => void;
  /** Over its wall-clock limit by this much, an execution's worker is killed: it had its chance to end the execution itself. */
  readonly #graceMs: number;
  readonly #requests = new Map<number, AbortController>();
  #worker: WorkerProcess | undefined;
  #startedMs = 0;
  #mustEndMs = Infinity;
  #hasEnded = false;
  #wasSentAgain = false;
  #logLines = 0;
  #logChars = 0;
  #insights: Insights | null = null;
  #isInspectable = false;

  constructor(number: number, request: RunRequest, now: () => number, resolve: (result: RunResult) => void, graceMs: number) {
    this.#graceMs = graceMs;
    this.number = number;
    this.request = request;
    this.#now = now;
    this.#askedMs = now();
    this.#resolve = resolve;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Hands the execution to a worker. */
  start(worker: WorkerProcess): void {
    this.#worker = worker;
    this.#startedMs = this.#now();
    this.#mustEndMs = this.#startedMs + this.request.limits.wallMs + this.#graceMs + (this.request.instruments ? instrumentsGraceMs : 0);
    worker.executionsStarted++;
    this.sendTo(worker);
  }

  sendTo(worker: WorkerProcess, programAgain = false): void {
    const { program, input, context, limits, isolation, effects, withSites } = this.request;
    worker.sendProgram(program, programAgain);
    this.#sendInstruments(worker);
    const { seed, clock, order, hasMcp } = effects;
    const options = Buffer.from(
      JSON.stringify({ context, seed, clock, limits, sites: withSites, order, mcp: hasMcp === true ? true : undefined }),
    );
    worker.send(
      {
        type: 'execute',
        execution: this.number,
        program: program.id,
        isolation,
        wallMs: limits.wallMs,
        cpuMs: limits.cpuMs,
        memoryMb: limits.memoryMb,
        optionsBytes: options.length,
        checkOnly: this.request.checkOnly === true,
        isOrdered: order !== undefined,
      },
      Buffer.concat([options, Buffer.from(input)]),
    );
  }

  #sendInstruments(worker: WorkerProcess): void {
    const { instruments } = this.request;
    if (!instruments) return;
    const { coverage = false, profile = false, debugger: port } = instruments;
    worker.send({
      type: 'instruments',
      execution: this.number,
      coverage,
      profile: profile ? (hasInspector() ? 'inspector' : 'sampler') : '',
      debugger: port !== undefined,
    });
  }

  /** The isolate is there: debuggers may come. */
  inspectable(): void {
    const worker = this.#worker;
    const port = this.request.instruments?.debugger;
    if (!worker || !port || this.#hasEnded || this.#isInspectable) return;
    this.#isInspectable = true;
    const execution = this.number;
    const say = (message: ToWorker, payload?: Uint8Array) => {
      if (!this.#hasEnded) worker.send(message, payload);
    };
    port.onReady({
      attach: (session) => say({ type: 'attach', execution, session }),
      send: (session, json) => say({ type: 'command', execution, session }, Buffer.from(json)),
      detach: (session) => say({ type: 'detach', execution, session }),
      proceed: () => say({ type: 'proceed', execution }),
      gate: (isClosed) => say({ type: 'gate', execution, isClosed }),
    });
  }

  inspected(session: number, json: string): void {
    if (!this.#hasEnded) this.request.instruments?.debugger?.onMessage(session, json);
  }

  insight({ kind, atMs }: FromWorkerOf<'insight'>, json: string): void {
    const { instruments, program } = this.request;
    if (!instruments || this.#hasEnded) return;
    this.#insights = addInsight(this.#insights, { kind, json, atMs: this.#startedMs - this.#askedMs + atMs }, instruments, program);
  }

  /** Sends the program and the execution again to a worker that has forgotten the program; false when it asks a second time, which no honest one does. */
  sendAgain(worker: WorkerProcess): boolean {
    if (this.#wasSentAgain) return false;
    this.#wasSentAgain = true;
    this.sendTo(worker, true);
    return true;
  }

  /** Asks the worker to end it; a worker that does not is killed. */
  cancel(): void {
    if (this.#hasEnded || !this.#worker) return;
    this.#mustEndMs = Math.min(this.#mustEndMs, this.#now() + cancelGraceMs);
    this.#worker.send({ type: 'cancel', execution: this.number });
  }

  isOverdue(nowMs: number): boolean {
    return nowMs > this.#mustEndMs;
  }

  log(message: FromWorkerOf<'log'>, text: string): void {
    const { limits, onLog } = this.request;
    this.#logLines++;
    this.#logChars += text.length;
    // The realm keeps these caps itself; they are kept here again because a worker may be lying. One line over tells of the cut.
    if (this.#logLines > limits.logLines + 1 || this.#logChars > limits.logChars + 1_000) return;
    onLog?.({ level: message.level, message: text, at: message.at });
  }

  progress(text: string): void {
    try {
      this.request.onProgress?.(JSON.parse(text));
    } catch {
      // Not JSON: a worker that lies gets nothing shown.
    }
  }

  /** Performs a request the realm asks for and sends the answer back. */
  async effect(message: FromWorkerOf<'effect'>, body: Buffer): Promise<void> {
    const worker = this.#worker;
    if (!worker || this.#hasEnded || this.#requests.has(message.effect)) return;
    const abort = new AbortController();
    this.#requests.set(message.effect, abort);
    const request = requestFrom(message.head, body);
    const outcome: HttpOutcome = request
      ? await this.request.effects.http(request, abort.signal, siteFrom(message.head, this.request.program))
      : { failure: { name: 'TypeError', message: 'the request is malformed', reason: 'invalid' } };
    this.#requests.delete(message.effect);
    if (this.#hasEnded) return;
    const answer = { type: 'answer', execution: this.number, effect: message.effect } as const;
    if ('failure' in outcome) {
      worker.send({ ...answer, head: JSON.stringify({ failure: outcome.failure }), isText: true });
    } else {
      const { body: bytes, ...head } = outcome.answer;
      worker.send({ ...answer, head: JSON.stringify(head), isText: isUtf8(bytes) }, bytes);
    }
  }

  abort(effect: number): void {
    this.#requests.get(effect)?.abort();
  }

  settled(message: FromWorkerOf<'settled'>, text: string): void {
    const ending = isEnding(message.ending) ? message.ending : 'check-failed';
    const { outputChars } = this.request.limits;
    if (ending === 'result' && text.length > outputChars) return this.fail(outputTooLarge({ chars: text.length, limit: outputChars }));
    const outcome: RunOutcome =
      ending === 'result'
        ? { output: text, error: null }
        : { output: null, error: failureOf(ending, text, this.request.program, this.request.limits) };
    this.#end(outcome, { cpuMs: message.cpuMs, heapBytes: message.heapBytes }, message.facts);
  }

  /** Ends it from the host's side: the worker is gone, or it never started. */
  fail(error: RatchetError): void {
    this.#end({ output: null, error }, { cpuMs: 0, heapBytes: 0 }, undefined);
  }

  #end(outcome: RunOutcome, used: { cpuMs: number; heapBytes: number }, facts: string | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const abort of this.#requests.values()) abort.abort();
    const now = this.#now();
    const cost = { wallMs: now - this.#askedMs, waitedMs: (this.#startedMs || now) - this.#askedMs, ...used };
    this.request.instruments?.debugger?.onEnd();
    this.#resolve({ outcome, cost, insights: this.#insights, facts: facts === undefined ? noFacts : factsFrom(facts) });
  }
}

/** The line of the author's code that asked for a request, where the realm was told to say. */
function siteFrom(head: string, program: Program): Frame | null {
  if (!head.includes('"site":')) return null;
  const { site } = JSON.parse(head) as { site?: unknown };
  return typeof site === 'string' ? (authorFrames(site, program)[0] ?? null) : null;
}

/** Reads the head a realm sent, as hostile input. */
function requestFrom(head: string, body: Buffer): HttpRequest | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(head) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { url, method, headers, timeoutMs, redirect, retry } = value ?? {};
  if (typeof url !== 'string' || typeof method !== 'string' || !Array.isArray(headers)) return undefined;
  if (!headers.every(isPair)) return undefined;
  const wish = retry as { attempts?: unknown; delayMs?: unknown; factor?: unknown } | null;
  return {
    url,
    // What is asked of MCP servers is written in lower case, which no HTTP request is.
    method: isMcp({ url }) ? method : method.toUpperCase(),
    headers,
    // Payloads are views into the stream's buffer; the request outlives it.
    body: body.length > 0 ? Uint8Array.from(body) : null,
    timeoutMs: typeof timeoutMs === 'number' && timeoutMs > 0 ? timeoutMs : null,
    redirect: redirect === 'manual' || redirect === 'error' ? redirect : 'follow',
    retry:
      wish && typeof wish === 'object'
        ? { attempts: finite(wish.attempts, 0, 10), delayMs: finite(wish.delayMs, 500, 60_000), factor: finite(wish.factor, 2, 10) }
        : null,
  };
}

function isPair(pair: unknown): pair is [string, string] {
  return Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string';
}

function finite(value: unknown, otherwise: number, most: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.min(value, most) : otherwise;
}
