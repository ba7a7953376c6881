export { createCatalogue, type CatalogueParts } from './create-catalogue.ts';
export type { TestTask } from './change-task.ts';
export * from './errors.ts';
export { refuseUnapproved } from './refuse-unapproved.ts';
export { createTaskBackups } from './transfer/task-backups.ts';
export { networkLists, type NetworkList } from './network-lists.ts';
export { networkApproval } from './settings.ts';
export { oneVersion, splitPin } from './versions.ts';
export { systemTaskUuids } from './system-tasks.ts';
