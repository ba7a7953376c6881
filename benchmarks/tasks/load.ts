import { join } from 'node:path';
import { loadTask, type Task } from '#tasks/index.ts';

/** The sample everybody starts with. */
export const additionFolder = join(import.meta.dirname, '..', '..', 'sample', 'js-tasks', 'addition');

export const additionInput = JSON.stringify({ num1: 5, num2: 10 });

/** Loads one of the tasks beside this file. */
export function benchTask(name: string): Promise<Task> {
  return loadTask(join(import.meta.dirname, name));
}

/** The same task under another identity: the engine knows programs by their content. */
export function renamed(task: Task, id: string): Task {
  return { ...task, program: { ...task.program, id } };
}
