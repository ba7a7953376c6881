export type { RetentionPreview } from './preview.ts';
export { isRetained } from './settings.ts';
export { createRetention, type Retention, type RetentionReport } from './retention.ts';
