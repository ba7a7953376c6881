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
import { exportTasksOperation, importTasksOperation } from './transfer/operations.ts';
import { approveVersionOperation, compareVersionsOperation, createVersionOperation } from './version-operations.ts';

export { createTaskOperation, removeTaskOperation, rollbackTaskOperation, updateTaskOperation } from './changing-operations.ts';
export {
  listTasksOperation,
  showTaskOperation,
  taskSourceOperation,
  taskStatsOperation,
  taskVersionsOperation,
  validateDraftOperation,
  validateStoredTaskOperation,
} from './reading-operations.ts';
export { compareVersionsOperation, createVersionOperation } from './version-operations.ts';
export type { BackupServices } from './changing-operations.ts';
export { ShownTask, shownTask } from './shown-task.ts';
export { exportTasksOperation, importTasksOperation } from './transfer/operations.ts';
export { draftOf, type DraftOfTask } from './draft/draft-of.ts';
export { DraftFields, VersionText } from './draft/task-fields.ts';
export { foundVersion, PinnedTaskRef, TaskRef, type CatalogueServices } from './task-ref.ts';

/** Everything a server can be asked about its tasks. Where two routes fit, the one without a parameter stands first. */
export const catalogueOperations = [
  listTasksOperation,
  exportTasksOperation,
  importTasksOperation,
  taskStatsOperation,
  showTaskOperation,
  taskSourceOperation,
  compareVersionsOperation,
  taskVersionsOperation,
  createTaskOperation,
  createVersionOperation,
  approveVersionOperation,
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
