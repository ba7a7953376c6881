import { parseBytes, parseDurationMs, setting } from '#kernel/index.ts';
import { z } from 'zod';
import { logLevels } from '../logger.ts';

const level = z.enum(logLevels).optional();
const format = z.enum(['text', 'json', 'pretty', 'compact']).optional();
const bytes = z.union([z.number().int().positive(), z.string().transform(toBytes)]).pipe(z.number().int().positive());
const seconds = z.union([z.number().positive(), z.string().transform(toSeconds)]).pipe(z.number().positive());

const LogTarget = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('console'), level, format }),
  z.strictObject({
    type: z.literal('file'),
    path: z.string().min(1),
    level,
    format,
    max_size_bytes: bytes.default(10 * 1024 ** 2),
    max_files: z.number().int().min(1).max(1_000).default(5),
    max_age: seconds.optional(),
  }),
  z.strictObject({ type: z.literal('syslog'), level, facility: z.string().default('user'), ident: z.string().default('ratchet') }),
  z.looseObject({ type: z.literal('database') }),
]);
/** A place where log lines go. */
export type LogTarget = z.output<typeof LogTarget>;

export const logTargets = setting({
  key: 'logging.targets',
  type: z.array(LogTarget).min(1),
  default: [{ type: 'console' }],
  reload: 'live',
  aliases: [
    { keys: ['logging.sinks'], read: ([sinks]) => (Array.isArray(sinks) ? sinks.map(fromSink) : sinks) },
    { keys: ['logging.destination', 'logging.file_config'], read: ([destination, file]) => fromDestination(destination, file) },
  ],
  idlePart(targets) {
    const idle = targets.map(({ type }) => type).filter((type) => type === 'syslog' || type === 'database');
    return idle.length === 0 ? null : `this version writes no log to ${[...new Set(idle)].join(' and ')}`;
  },
  describe:
    'Where log lines go: {type: console} is standard error, {type: file, path, max_size_bytes, max_files, max_age} a file that is put aside when it is full (max_size_bytes, 10 MB) and of which max_files are kept, for max_age at most. Each may have a level and a format of its own. syslog and database are accepted and do nothing yet.',
});

/** The words of the older list of sinks. What it does not know is left for the type to complain about. */
function fromSink(sink: unknown): unknown {
  if (!isMapping(sink)) return sink;
  const { use_json, rotation, buffered: _alwaysAtOnce, ...rest } = sink;
  const inFormat = use_json === undefined ? {} : { format: use_json === true ? 'json' : 'text' };
  return { ...rest, ...inFormat, ...(isMapping(rotation) ? fromRotation(rotation) : {}) };
}

function fromRotation({ max_size, max_size_mb, ...rest }: Record<string, unknown>): Record<string, unknown> {
  if (typeof max_size_mb === 'number') return { ...rest, max_size_bytes: max_size_mb * 1024 ** 2 };
  return max_size === undefined ? rest : { ...rest, max_size_bytes: max_size };
}

/** `destination: file` with `file_config`, or `destination: console`. */
function fromDestination(destination: unknown, file: unknown): unknown {
  const isToFile = destination === undefined ? file !== undefined : destination === 'file' || destination === 'both';
  const isToConsole = destination !== undefined && destination !== 'file';
  if (isToConsole && !(['console', 'stdout', 'stderr', 'both'] as unknown[]).includes(destination)) return [{ type: destination }];
  const { rotation, ...config } = isMapping(file) ? file : {};
  const ofFile = { type: 'file', ...config, ...(isMapping(rotation) ? fromRotation(rotation) : {}) };
  return [...(isToConsole ? [{ type: 'console' }] : []), ...(isToFile ? [ofFile] : [])];
}

function toBytes(text: string): number {
  return parseBytes(text) ?? Number.NaN;
}

function toSeconds(text: string): number {
  return (parseDurationMs(text) ?? Number.NaN) / 1000;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
