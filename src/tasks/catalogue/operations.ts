import {
  changeTaskSourceOperation,
  createTaskOperation,
  disableTaskOperation,
  disableVersionOperation,
  enableTaskOperation,
  enableVersionOperation,
  removeTaskOperation,
  rollbackTaskOperation,
  updateTaskOperation,
} from './changing-operations.ts';
import {
  listTasksOperation,
  showTaskOperation,
  taskSourceOperation,
  taskStatsOperation,
  taskVersionsOperation,
  validateDraftOperation,
  validateStoredTaskOperation,
} from './reading-operations.ts';

export { listTasksOperation, showTaskOperation } from './reading-operations.ts';
export { ShownTask, shownTask } from './shown-task.ts';
export { TaskRef, type CatalogueServices } from './task-ref.ts';

/** Everything a server can be asked about its tasks. */
export const catalogueOperations = [
  listTasksOperation,
  taskStatsOperation,
  showTaskOperation,
  taskSourceOperation,
  taskVersionsOperation,
  createTaskOperation,
  updateTaskOperation,
  removeTaskOperation,
  enableTaskOperation,
  disableTaskOperation,
  rollbackTaskOperation,
  enableVersionOperation,
  disableVersionOperation,
  changeTaskSourceOperation,
  validateStoredTaskOperation,
  validateDraftOperation,
] as const;
