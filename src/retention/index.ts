export type { RetentionPreview } from './preview.ts';
export { createRetention, type Retention, type RetentionReport } from './retention.ts';
