import { createHash } from 'node:crypto';
import { z } from 'zod';
import { failureNames, isolations } from '#engine/index.ts';
import { recordingInvalid } from '../errors.ts';
import type { RecordedEffect, Recording } from '../recording.ts';

/**
 * The file `effects` of a recording: lines of JSON, where a line may announce bytes that follow it as they are.
 *
 * The first line is the head. Each further line is a part, `{"part": ..., "bytes": [n...], "sums": [...]}`, followed by its pieces
 * and a line break: bodies stand in the file byte for byte, so it is hardly larger than what it holds, and a reader sees what was said.
 * The last part is `end`. Versions are never changed, only added: every version is read for ever.
 */
export const formatVersion = 1;
const formatName = 'ratchet-effects';
const mostBytes = 512 * 1024 * 1024;

const Pairs = z.array(z.tuple([z.string(), z.string()]));
const Failure = z.object({
  name: z.enum(failureNames),
  message: z.string(),
  reason: z.string(),
});

const Head = z.object({
  format: z.literal(formatName),
  version: z.literal(formatVersion),
  madeBy: z.string(),
  node: z.string(),
  task: z.object({ uuid: z.string(), version: z.string(), label: z.string(), hash: z.string() }),
  execution: z.object({
    id: z.string(),
    jobId: z.string().nullable(),
    startedAt: z.number(),
    wallMs: z.number(),
    isolation: z.enum(isolations),
    limits: z
      .object({
        wallMs: z.number(),
        cpuMs: z.number(),
        memoryMb: z.number(),
        outputChars: z.number(),
        logLines: z.number(),
        logChars: z.number(),
        requests: z.number(),
        requestsAtOnce: z.number(),
      })
      .nullable(),
  }),
  seed: z.string().regex(/^[0-9a-f]{64}$/),
  clock: z.array(z.tuple([z.number(), z.number()])),
  turns: z.array(z.string()).nullable(),
  isCut: z.boolean(),
  masked: z.array(z.string()),
  hasOutcome: z.boolean(),
  logsDropped: z.number(),
});

const Sums = { bytes: z.array(z.number().int().nonnegative()), sums: z.array(z.string()) };

const EffectHead = z.object({
  part: z.literal('effect'),
  ...Sums,
  /** Of request and outcome as they stand in this line. */
  headSum: z.string(),
  number: z.number().int().positive(),
  startedMs: z.number(),
  durationMs: z.number(),
  attempts: z.number(),
  hasBodies: z.boolean(),
  request: z
    .object({
      method: z.string(),
      url: z.string(),
      headers: Pairs,
      hasBody: z.boolean(),
      timeoutMs: z.number().nullable(),
      redirect: z.enum(['follow', 'manual', 'error']),
      retry: z.object({ attempts: z.number(), delayMs: z.number(), factor: z.number() }).nullable(),
    })
    .nullable(),
  outcome: z
    .union([
      z.object({
        answer: z.object({ status: z.number(), statusText: z.string(), url: z.string(), redirected: z.boolean(), headers: Pairs }),
      }),
      z.object({ failure: Failure }),
    ])
    .nullable(),
});

const Part = z.discriminatedUnion('part', [
  z.object({ part: z.enum(['input', 'output', 'error', 'logs', 'progress', 'end']), ...Sums }),
  EffectHead,
]);
type Part = z.infer<typeof Part>;

const LogLines = z.array(z.object({ level: z.string(), message: z.string(), at: z.number(), arrivedMs: z.number().optional() }));
const ProgressReports = z.array(z.object({ atMs: z.number(), update: z.unknown() }));
const ErrorData = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
  data: z.record(z.string(), z.unknown()),
});

/** The recording as the bytes of its file. */
export function encodeRecording(recording: Recording): Buffer {
  const { effects, input, output, error, logs, progress, ...head } = recording;
  const pieces: Uint8Array[] = [line({ format: formatName, version: formatVersion, ...head })];
  const add = (part: { part: string } & Record<string, unknown>, ...bodies: Uint8Array[]) => {
    pieces.push(line({ ...part, bytes: bodies.map((body) => body.byteLength), sums: bodies.map(sum) }), ...bodies, newline);
  };
  add({ part: 'input' }, Buffer.from(input));
  for (const { request, outcome, isIntact: _, ...effect } of effects) {
    const { body: sent = null, ...requestHead } = request ?? {};
    const { body: got = none, ...answerHead } = outcome !== null && 'answer' in outcome ? outcome.answer : {};
    const heads = {
      request: request === null ? null : { ...requestHead, hasBody: sent !== null },
      outcome: outcome !== null && 'answer' in outcome ? { answer: answerHead } : outcome,
    };
    add({ part: 'effect', ...effect, ...heads, headSum: headSumOf(heads) }, sent ?? none, got);
  }
  if (logs.length > 0) add({ part: 'logs' }, Buffer.from(JSON.stringify(logs)));
  if (progress.length > 0) add({ part: 'progress' }, Buffer.from(JSON.stringify(progress)));
  if (output !== null) add({ part: 'output' }, Buffer.from(output));
  if (error !== null) add({ part: 'error' }, Buffer.from(JSON.stringify(error)));
  add({ part: 'end' });
  return Buffer.concat(pieces);
}

/**
 * Reads a recording.
 * @param file named in errors
 * @throws RECORDING_INVALID; not for an answer that was changed, which is marked instead
 */
export function decodeRecording(bytes: Buffer, file: string): Recording {
  const wrong = (reason: string) => recordingInvalid({ file, reason });
  if (bytes.byteLength > mostBytes) throw wrong(`it has ${bytes.byteLength} bytes, more than ${mostBytes}`);
  let at = 0;
  const nextLine = (): unknown => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw wrong(at >= bytes.byteLength ? 'it is cut short' : `it is cut short at byte ${at}`);
    const text = bytes.toString('utf8', at, end);
    const start = at;
    at = end + 1;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw wrong(`byte ${start} begins no line of JSON`);
    }
  };
  const head = readHead(nextLine(), wrong);
  const found: { [part: string]: string } = {};
  const effects: RecordedEffect[] = [];
  for (;;) {
    const start = at;
    const raw = nextLine();
    const parsed = Part.safeParse(raw);
    if (!parsed.success) throw wrong(`byte ${start} begins no part that is known: ${z.prettifyError(parsed.error).split('\n')[0]!}`);
    const part = parsed.data;
    const bodies = part.bytes.map((length) => {
      if (at + length > bytes.byteLength) throw wrong(`the part ${part.part} is cut short`);
      const body = bytes.subarray(at, at + length);
      at += length;
      return body;
    });
    if (bytes[at] !== 10) throw wrong(`the part ${part.part} at byte ${start} does not end where it says`);
    at++;
    if (part.part === 'end') break;
    if (part.part === 'effect') effects.push(effectFrom(part, bodies, headSumOf(raw as Heads) === part.headSum));
    else if (bodies.some((body, index) => sum(body) !== part.sums[index]))
      throw wrong(`the part ${part.part} was changed after it was written`);
    else found[part.part] = bodies[0]?.toString('utf8') ?? '';
  }
  const { format: _, version: __, ...facts } = head;
  return {
    ...facts,
    input: jsonText(found['input'] ?? '{}', 'input', wrong),
    output: found['output'] === undefined ? null : jsonText(found['output'], 'output', wrong),
    error: found['error'] === undefined ? null : json(ErrorData, found['error'], 'error', wrong),
    logs: found['logs'] === undefined ? [] : json(LogLines, found['logs'], 'logs', wrong),
    progress: found['progress'] === undefined ? [] : json(ProgressReports, found['progress'], 'progress', wrong),
    effects,
  };
}

function readHead(value: unknown, wrong: (reason: string) => Error): z.infer<typeof Head> {
  const { format, version } = (typeof value === 'object' && value !== null ? value : {}) as { format?: unknown; version?: unknown };
  if (format !== formatName) throw wrong('its first line does not say that it is one');
  if (version !== formatVersion) throw wrong(`it has version ${JSON.stringify(version)}, and this program reads version ${formatVersion}`);
  const parsed = Head.safeParse(value);
  if (!parsed.success) throw wrong(`its first line is wrong: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
  return parsed.data;
}

function effectFrom(part: Extract<Part, { part: 'effect' }>, bodies: Buffer[], isHeadIntact: boolean): RecordedEffect {
  const { number, startedMs, durationMs, attempts, hasBodies, sums, request, outcome } = part;
  const [sent = Buffer.alloc(0), got = Buffer.alloc(0)] = bodies;
  return {
    number,
    startedMs,
    durationMs,
    attempts,
    hasBodies,
    request: request === null ? null : requestFrom(request, sent),
    outcome: outcome !== null && 'answer' in outcome ? { answer: { ...outcome.answer, body: got } } : outcome,
    isIntact: isHeadIntact && bodies.every((body, index) => sum(body) === sums[index]),
  };
}

function requestFrom({ hasBody, ...request }: NonNullable<z.infer<typeof EffectHead>['request']>, body: Buffer): RecordedEffect['request'] {
  return { ...request, body: hasBody ? body : null };
}

function json<Schema extends z.ZodType>(schema: Schema, text: string, part: string, wrong: (reason: string) => Error): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw wrong(`the part ${part} is not what it should be`);
  }
}

function jsonText(text: string, part: string, wrong: (reason: string) => Error): string {
  json(z.unknown(), text, part, wrong);
  return text;
}

const none = new Uint8Array(0);
const newline = Buffer.from('\n');

function line(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

interface Heads {
  readonly request: unknown;
  readonly outcome: unknown;
}

function headSumOf({ request, outcome }: Heads): string {
  return sum(Buffer.from(JSON.stringify([request, outcome])));
}

/** Half of a SHA-256: against changes, not against an attacker, who could write any sum. */
function sum(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 32);
}
