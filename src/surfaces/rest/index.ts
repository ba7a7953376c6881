export { docsRoutes } from './docs-routes.ts';
export type { IdempotencyStore, KeptAnswer } from './idempotency.ts';
export { followed, jsonSchemaOf, type JsonSchema } from './json-schema.ts';
export { filterNames, type FilterName } from './list-filters.ts';
export { openApiDocument, type OpenApiDocument } from './openapi.ts';
export { restRouteOf, type AnyOperation, type AnyStream } from './projection.ts';
export { listingOf } from './read-list.ts';
export { restRoutes, type RestOptions } from './routes.ts';
export { openSse, type SseWriter } from './sse.ts';
