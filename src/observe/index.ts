export * from './doctor.ts';
export * from './health.ts';
export * from './logger.ts';
export * from './metrics.ts';
export { configCheck, type ConfigFacts } from './checks/config.ts';
export { folderCheck } from './checks/folders.ts';
export { nativeModuleCheck, nodeCheck, resourcesCheck } from './checks/machine.ts';
export { confinementCheck, sandboxCheck } from './checks/sandbox.ts';
