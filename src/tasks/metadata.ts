import { createHash } from 'node:crypto';
import validRange from 'semver/ranges/valid.js';
import validVersion from 'semver/functions/valid.js';
import { z } from 'zod';
import { isolations, mcpServerName, type LimitWishes } from '#engine/index.ts';
import { parseDurationMs } from '#kernel/index.ts';

const hostPattern = /^(\*|(\*\.)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;
const memoryPattern = /^\d+(\.\d+)?\s*(KB|MB|GB|K|M|G)$/i;

const durationPattern = /^\d+(\.\d+)?\s*(ms|s|m|h|d)?$/i;
/** Ten years. */
const longestTtlMs = 315_360_000_000;

const text = (about: string) => z.string().describe(about);
const texts = (about: string) => z.array(z.string()).describe(about);
const moment = (about: string) => z.iso.datetime({ offset: true }).describe(about);

const pause = z.union([z.number().nonnegative().max(86_400), z.string().regex(durationPattern)], {
  error: 'must be seconds, or a duration such as 500ms or 2m',
});

/**
 * What metadata.json holds. Unknown fields are kept and never an error. The descriptions become the published JSON Schema.
 * The identity of a task is `uuid` and `version`.
 */
export const TaskMetadata = z.looseObject({
  // Versions 1 to 8 and none at all: tasks have long carried ids that only look like UUIDs, and identity needs no more.
  uuid: z
    .guid('must be a UUID such as 3f0e9a52-7c1d-4a57-9a0e-5b0c3d1f6a77')
    .optional()
    .describe('Identity of the task, a UUID. Never change it; `ratchet validate --fix` adds one.'),
  version: z
    .string()
    .refine((version) => validVersion(version) === version, 'must be a semantic version such as 1.0.0')
    .describe('Semantic version such as 1.4.0. Change it whenever the task changes.'),
  name: z
    .string()
    .regex(/^[a-zA-Z0-9_-]+$/, 'may hold letters, digits, - and _ only')
    .optional()
    .describe('Name for machines: letters, digits, - and _. Absent: made from the label.'),
  label: z.string().min(1, 'must not be empty').optional().describe('Name for people. Absent: the name.'),
  description: text('What the task does, for whoever chooses among tasks.').optional(),
  core: z.looseObject({ version: z.string().optional() }).optional().describe('Version of the task format the task was written for.'),
  tags: texts('Words to find the task by.').optional(),
  category: text('Where a catalogue lists the task: examples, api-integration, authentication, ...').optional(),
  author: text('Who wrote it.').optional(),
  license: text('Licence of the code, as an SPDX expression.').optional(),
  ratchet_version: z
    .string()
    .max(200)
    .refine((range) => validRange(range) !== null, 'must be a version range such as >=0.1.0')
    .optional()
    .describe('Versions of Ratchet the task works with, a range such as >=0.1.0.'),
  complexity: text('For catalogues: beginner, intermediate, advanced.').optional(),
  supports_streaming: z.boolean().optional().describe('Whether the task reports progress while it runs.'),
  estimated_duration: text('How long it usually takes, in words.').optional(),
  security_considerations: texts('What an operator should know before running it.').optional(),
  timeout: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Longest wall-clock time of one execution in milliseconds, waiting included. Enforced.'),
  cpu_limit_ms: z.number().int().positive().optional().describe('Most processor time of one execution in milliseconds. Enforced.'),
  memory_limit: z
    .string()
    .regex(memoryPattern, 'must be a number with its unit, such as 128MB')
    .optional()
    .describe('JavaScript heap of one execution, such as 128MB. Enforced.'),
  isolation: z
    .enum(isolations)
    .optional()
    .describe(
      'How much executions of this task share: fresh (default, a new realm each), isolate (a new heap each), warm (globals survive).',
    ),
  network: z
    .array(z.string().regex(hostPattern, 'must be a host such as api.example.com or *.example.org:8443, without a scheme or a path'))
    .optional()
    .describe('Hosts the task may reach: api.example.com, *.example.org:8443. Absent: every public host; empty: none.'),
  requirements: z
    .looseObject({
      mcp: z
        .array(z.string().regex(mcpServerName, 'must be the name of an MCP server: letters, digits, dots, - and _'))
        .max(50)
        .optional()
        .describe(
          'MCP servers the task calls, by the names the configuration gives them. Only a task that names some has the object `mcp`.',
        ),
    })
    .optional()
    .describe('What has to be there for the task to run.'),
  cache: z
    .looseObject({
      ttl: z
        .union(
          [
            z
              .number()
              .positive()
              .max(longestTtlMs / 1000),
            z.string().regex(durationPattern).refine(isTtl),
          ],
          {
            error: 'must be seconds above 0, or a duration such as 10m or 24h',
          },
        )
        .describe('How long a result may stand for the next: seconds, or a duration such as 10m or 24h.'),
    })
    .optional()
    .describe('Says that the same input always gives the same output, so that a result may be used again for as long as ttl says.'),
  concurrency: z
    .number()
    .int()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('Most jobs of the task that run at once on a server. Absent: no limit of its own.'),
  retry: z
    .looseObject({
      backoff: z.enum(['fixed', 'linear', 'exponential', 'fibonacci', 'decorrelated', 'list']).optional(),
      delay: pause.optional().describe('Before the first retry: seconds, or a duration such as 500ms or 2m.'),
      max_delay: pause.optional().describe('No wait is longer.'),
      delays: z.array(pause).min(1).max(100).optional().describe('For list: one per retry, the last one repeats.'),
      factor: z.number().min(1).max(10).optional().describe('For exponential: how much longer each wait is than the one before.'),
      jitter: z.boolean().optional().describe('Vary each wait by up to a fifth.'),
      max_retries: z.number().int().nonnegative().max(100).optional().describe('How often a job is tried again after its first attempt.'),
      on: texts('Codes or classes of errors after which it is tried again, such as TIMED_OUT or DataError.').optional(),
      not_on: texts('Codes or classes of errors after which it is not.').optional(),
    })
    .optional()
    .describe('How jobs of the task are tried again when an attempt fails. A job can say otherwise.'),
  mcp: z
    .looseObject({
      tool: z
        .boolean()
        .optional()
        .describe('Whether MCP clients are offered the task as a tool of its own, beside the tools of the server.'),
    })
    .optional()
    .describe('How the task shows to MCP clients.'),
  entrypoint: text('File with the code. Absent: main.js, or main.ts.').optional(),
  created_at: moment('When the task was first written, RFC 3339.').optional(),
  updated_at: moment('When it last changed, RFC 3339.').optional(),
  dependencies: z.unknown().optional().describe('Notes about what the task builds on; not installed, not read.'),
});

function isTtl(said: string): boolean {
  const ms = parseDurationMs(said);
  return ms !== null && ms > 0 && ms <= longestTtlMs;
}

export type TaskMetadata = z.infer<typeof TaskMetadata>;

/** The published JSON Schema of metadata.json (draft 2020-12), for editors and other tools. */
export function metadataJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(TaskMetadata, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  const properties = schema['properties'] as Record<string, Record<string, unknown>>;
  return {
    ...schema,
    title: 'metadata.json of a Ratchet task',
    description: 'Identification, limits and permissions of a task. Either name or label must be present. Unknown fields are allowed.',
    properties: { $schema: { type: 'string' }, ...properties, version: { ...properties['version'], pattern: semverPattern } },
    anyOf: [{ required: ['name'] }, { required: ['label'] }],
  };
}

/** Semantic Versioning 2.0.0 as a pattern, from semver.org, for tools that cannot ask the parser. */
const semverPattern =
  '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?$';

/** `My First Task!` is `my-first-task`. Empty when nothing of the label can be kept. */
export function slug(label: string): string {
  return label
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

/** What a task is called: either name may stand for the other. */
export function namesOf(metadata: { readonly name?: string | undefined; readonly label?: string | undefined }): {
  name: string;
  label: string;
} {
  const name = metadata.name ?? (slug(metadata.label ?? '') || 'task');
  return { name, label: metadata.label ?? name };
}

/** A UUID (version 8, RFC 9562) that depends on the name alone, so a task without one keeps its identity. */
export function uuidFromName(name: string): string {
  const bytes = createHash('sha256').update('ratchet task\0').update(name).digest().subarray(0, 16);
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The limits the metadata asks for. */
export function wishesOf(metadata: TaskMetadata): LimitWishes {
  return {
    ...(metadata.timeout === undefined ? {} : { wallMs: metadata.timeout }),
    ...(metadata.cpu_limit_ms === undefined ? {} : { cpuMs: metadata.cpu_limit_ms }),
    ...(metadata.memory_limit === undefined ? {} : { memoryMb: megabytes(metadata.memory_limit) }),
  };
}

/** How long a result of the task may stand for the next one, in milliseconds; null when its results are not to be used again. */
export function cacheTtlOf({ cache }: TaskMetadata): number | null {
  if (cache === undefined) return null;
  return parseDurationMs(String(cache.ttl));
}

/** MCP servers the task may call, each once. */
export function mcpServersOf({ requirements }: TaskMetadata): readonly string[] {
  return [...new Set(requirements?.mcp)];
}

/** Whether the task asks to be a tool of its own for MCP clients. */
export function isToolOf({ mcp }: TaskMetadata): boolean {
  return mcp?.tool === true;
}

/** `128MB` is 128, `1.5GB` is 1536. Undefined when it is not a size. Units are powers of 1024. */
export function megabytesOf(size: string): number | undefined {
  return memoryPattern.test(size) ? megabytes(size) : undefined;
}

function megabytes(size: string): number {
  const perUnit = { K: 1 / 1024, M: 1, G: 1024 }[size.replaceAll(/[^kmg]/gi, '').toUpperCase() as 'K' | 'M' | 'G'];
  return Number.parseFloat(size) * perUnit;
}
