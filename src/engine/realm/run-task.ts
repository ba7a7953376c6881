import type { RunOptions } from './contract.ts';
import { NativePromise, apply, freeze, isArray, parse, promiseThen } from './intrinsics.ts';
import { beginRun } from './run.ts';
import { failWith, onResult, onThrown } from './settle.ts';

type Callable = (input: unknown, context: unknown) => unknown;
type Wrapper = (module: { exports: unknown }, exports: unknown) => unknown;

const roles = ['main', 'default', 'execute', 'handler'] as const;

/** The event `run`: evaluates the task's top level, calls its function, and arranges what happens when the result is known. */
export function runTask(wrapper: Wrapper, inputJson: string, optionsJson: string): void {
  const run = beginRun(parse(optionsJson) as RunOptions);
  try {
    const module = { exports: {} };
    const value = apply(wrapper, globalThis, [module, module.exports]);
    const found = callableIn(value);
    if (found === null) return failWith(run, { kind: 'no-callable', found: describe(value) });
    const result = apply(found.callable, found.receiver, [parse(inputJson), freeze(run.options.context)]);
    if (!isThenable(result)) return onResult(run, result);
    const promise = result instanceof NativePromise ? result : new NativePromise((resolve) => resolve(result));
    void apply(promiseThen, promise, [(output: unknown) => onResult(run, output), (error: unknown) => onThrown(run, error, false)]);
  } catch (error) {
    onThrown(run, error, false);
  }
}

function callableIn(value: unknown): { callable: Callable; receiver: unknown } | null {
  if (typeof value === 'function') return { callable: value as Callable, receiver: undefined };
  if (typeof value !== 'object' || value === null) return null;
  for (let i = 0; i < roles.length; i += 1) {
    const candidate = (value as { [role: string]: unknown })[roles[i] as string];
    if (typeof candidate === 'function') return { callable: candidate as Callable, receiver: value };
    if (roles[i] === 'default' && typeof candidate === 'object' && candidate !== null) {
      const inner = callableIn(candidate);
      if (inner !== null) return inner;
    }
  }
  return null;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  if (typeof value === 'object') {
    const names = Object.keys(value);
    return names.length === 0 ? 'an empty object' : `an object with ${names.slice(0, 5).join(', ').slice(0, 200)}`;
  }
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}

function isThenable(value: unknown): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return value instanceof NativePromise || typeof (value as { then?: unknown }).then === 'function';
}
