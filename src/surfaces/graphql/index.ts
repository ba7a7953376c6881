export { graphqlRoutes, type GraphqlOptions } from './routes.ts';
export { graphqlSettings, type GraphqlSettings } from './settings.ts';
