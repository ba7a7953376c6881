import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definedErrors, definedSettings, type ErrorKind, type Operation, type Setting, type Stream } from '#kernel/index.ts';

/** Everything that is said once in the sources and shown elsewhere. */
export interface Everything {
  readonly errors: readonly ErrorKind<never>[];
  readonly settings: readonly Setting[];
  readonly operations: readonly Operation[];
  readonly streams: readonly Stream[];
}

const definers = /\b(?:defineError|setting|comingSetting|operation|stream)(?:<[^(]*>)?\(/;

/** Sources that cannot be loaded here: they run inside the sandbox, or start something. */
const elsewhere =
  /^src\/engine\/(?:worker|realm)\/|\.test\.ts$|\.contract\.ts$|-harness\.ts$|\.generated\.ts$|^src\/(?:app\/main|testing\/.*)\.ts$/;

/** Loads every module that defines an error, a setting or an operation, found by its text so that none has to be listed. */
export async function loadEverything(root: string): Promise<Everything> {
  const operations = new Map<string, Operation>();
  const streams = new Map<string, Stream>();
  for (const path of sourcesOf(root)) {
    if (!definers.test(readFileSync(join(root, path), 'utf8'))) continue;
    const module = (await import(join(root, path))) as Record<string, unknown>;
    for (const value of Object.values(module)) {
      if (isOperation(value)) operations.set(value.name, value);
      if (isStream(value)) streams.set(value.name, value);
    }
  }
  return {
    errors: definedErrors(),
    settings: definedSettings(),
    operations: [...operations.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    streams: [...streams.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function sourcesOf(root: string): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !elsewhere.test(path))
    .toSorted();
}

function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && (value as { isOperation?: unknown }).isOperation === true;
}

function isStream(value: unknown): value is Stream {
  return typeof value === 'object' && value !== null && (value as { isStream?: unknown }).isStream === true;
}
