export type * from './catalogue/catalogue.ts';
export * from './errors.ts';
export { placeAt, placeInJson, spanInJson } from './files/json-position.ts';
export { findTaskPaths, isTaskFolder, searchTaskPaths, type TaskPaths } from './files/find-task-paths.ts';
export { manifestNames } from './files/manifest-names.ts';
export { fileLimits, filesFromMemory, ignoredFolders, isTaskFile, textOf, type TaskFiles } from './files/task-files.ts';
export { makeFolder } from './files/make-folder.ts';
export { filesFromZip } from './files/task-zip.ts';
export { openZipArchive, type ZipArchive } from './files/zip-archive.ts';
export { loadFrom, loadTask, openTaskFiles, readContent } from './load.ts';
export { megabytesOf, metadataJsonSchema, slug, TaskMetadata } from './metadata.ts';
export { problemCodes, TaskProblem, type Place, type ProblemCode } from './problem.ts';
export { compileCheck } from './schema/schema-check.ts';
export { SchemaProblem } from './schema/schema-problem.ts';
export type { Callable } from './code/callable.ts';
export type { JsonSchema, Task, TaskTest } from './task.ts';
export {
  cacheEnabled,
  createTaskCache,
  taskCacheBytes,
  taskCachePressure,
  taskCacheSize,
  type TaskCache,
  type TaskCacheStats,
} from './task-cache.ts';
export { generateTaskOperation, taskOperations, validateTaskOperation, type TaskServices } from './operations.ts';
export { createTasks, type Tasks } from './tasks.ts';
export { validateTask, ValidationReport } from './validate.ts';
export { generateTask, type GenerateRequest } from './generate.ts';
