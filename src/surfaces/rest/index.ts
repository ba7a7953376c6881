export { docsRoutes } from './docs-routes.ts';
export type { IdempotencyStore, KeptAnswer } from './idempotency.ts';
export { openApiDocument, type OpenApiDocument } from './openapi.ts';
export { restRoutes, type RestOptions } from './routes.ts';
