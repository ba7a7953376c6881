export { createCatalogue, type CatalogueParts } from './create-catalogue.ts';
export type { TestTask } from './change-task.ts';
export * from './errors.ts';
export { oneVersion, splitPin } from './versions.ts';
export { systemTaskUuids } from './system-tasks.ts';
