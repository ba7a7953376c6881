export { errorAnswer, fromFramework } from './error-answer.ts';
export { answerTimedOut, errorPageNotFound } from './errors.ts';
export { contentPolicyOfPages } from './headers.ts';
export { pathErrors } from './path-errors.ts';
export { pathOf, type RequestLogger } from './request-log.ts';
export { rootRoutes, type Health, type RootOptions } from './root.ts';
export { createServer, type HttpServer, type HttpServerOptions, type RouteParts } from './server.ts';
export { isLoopback } from './host-check.ts';
export { bindAddress, httpSettings, shutdownGrace, type HttpSettings } from './settings.ts';
