import { createContext, Script, type Context } from 'node:vm';
import type { Program } from '#engine/index.ts';
import { filesFromMemory } from './files/task-files.ts';
import { loadFrom } from './load.ts';
import type { Task } from './task.ts';

export const soundMetadata = JSON.stringify({ uuid: 'bd6c6f98-4896-44cc-8c82-30328c3aefda', label: 'Test', version: '1.0.0' });

/** Loads a task that exists in memory only. */
export function loadText(files: Readonly<Record<string, string>>): Promise<Task> {
  return loadFrom(filesFromMemory('memory', { 'metadata.json': soundMetadata, ...files }));
}

/** The callable of a program, made in a context of its own the way the engine does. For code of ours only: this is no sandbox. */
export function callableOf(program: Program, context: Context = createContext({})): (...args: unknown[]) => unknown {
  const wrapper = new Script(program.script, { filename: program.filename, lineOffset: program.lineOffset }).runInContext(context) as (
    module: object,
    exports: object,
  ) => unknown;
  const module = { exports: {} };
  const found = wrapper(module, module.exports);
  if (typeof found === 'function') return found as (...args: unknown[]) => unknown;
  const holder = found as Record<string, unknown>;
  const name = ['main', 'default', 'execute', 'handler'].find((candidate) => typeof holder[candidate] === 'function');
  return holder[name!] as (...args: unknown[]) => unknown;
}

/** Runs code as a task's main file. */
export async function runText(code: string, input: unknown, file = 'main.js'): Promise<unknown> {
  const { program } = await loadText({ [file]: code });
  return await callableOf(program)(input);
}
