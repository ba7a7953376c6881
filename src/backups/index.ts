export { createBackups, type Backups } from './backups.ts';
export { performStagedRestore, type PerformedRestore } from './perform-restore.ts';
export { restoreOrders } from './restore-order.ts';
export { backupFolderOf } from './settings.ts';
