import type { Isolation, LimitWishes, Program } from '#engine/index.ts';
import type { Callable } from './code/callable.ts';
import type { TaskMetadata } from './metadata.ts';

/** A JSON Schema as its author wrote it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** One test case as written; its meaning belongs to the test runner. */
export interface TaskTest {
  /** Where it is written: `tests/test-001.json`, or `meta.yaml#test_cases[0]`. */
  readonly file: string;
  /** JSON text. */
  readonly text: string;
}

/** A task, read and ready to run. Identity is `uuid` and `version`; the folder's name means nothing. */
export interface Task {
  readonly uuid: string;
  /** The machine's name, such as `addition`. */
  readonly name: string;
  /** The people's name, such as `Addition`. */
  readonly label: string;
  /** Semantic version. */
  readonly version: string;
  readonly description: string;
  /** As written, unknown fields kept. */
  readonly metadata: TaskMetadata;
  /** Limits the task asks for; the configuration caps them. */
  readonly wishes: LimitWishes;
  readonly isolation: Isolation | null;
  /** Hosts the task may reach (`api.example.com`, `*.example.org:8443`); null when it names none. */
  readonly network: readonly string[] | null;
  /** Names of the MCP servers it may call. */
  readonly mcpServers: readonly string[];
  /** How long a result may stand for the next one with the same input, in milliseconds; null when it may not. */
  readonly cacheTtlMs: number | null;
  /** Most jobs of it at once, as its author wants it; null: no limit of its own. */
  readonly maxConcurrent: number | null;
  readonly program: Program;
  readonly callable: Callable;
  readonly inputSchema: JsonSchema | null;
  readonly outputSchema: JsonSchema | null;
  readonly tests: readonly TaskTest[];
  /** The path as given. */
  readonly origin: string;
  /** Content hash of every file that was read, metadata and tests included. 64 hex digits. */
  readonly hash: string;
  /** Text of every file that was read, by path inside the task. */
  readonly files: Readonly<Record<string, string>>;
}
