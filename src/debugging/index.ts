export * from './errors.ts';
export { createCoverageCollector } from './code-coverage/collector.ts';
export { debugging } from './debugging.ts';
export { openInspector, type Inspector, type InspectorOptions } from './inspector/inspector.ts';
export { authorProfileOf } from './profile/author-profile.ts';
export * from './trace-page/errors.ts';
export { tracePage } from './trace-page/trace-page.ts';
export type { Trace } from './trace-page/trace.ts';
export { createTracer, type Mask } from './trace-page/tracer.ts';
