import { setting, settingRule, type Settings } from '#kernel/index.ts';
import { z } from 'zod';

const count = (most: number) => z.number().int().min(1).max(most);

export const graphqlEnabled = setting({
  key: 'graphql.enabled',
  type: z.boolean(),
  default: true,
  describe: 'Whether the server answers GraphQL at /graphql.',
});

export const graphqlIntrospection = setting({
  key: 'graphql.introspection',
  type: z.boolean(),
  default: true,
  describe: 'Whether the schema can be asked for.',
});

export const graphqlPlayground = setting({
  key: 'graphql.playground',
  type: z.boolean(),
  default: true,
  describe: 'Whether there is a page at /playground to try documents on.',
});

export const graphqlMaxDepth = setting({
  key: 'graphql.max_depth',
  type: count(100),
  default: 15,
  describe: 'How deep the fields of a document may nest.',
});

export const graphqlMaxCost = setting({
  key: 'graphql.max_cost',
  aliases: ['graphql.max_complexity'],
  type: count(1_000_000),
  default: 1_000,
  describe: 'What a document may cost: one for each thing it asks for, times the limit of the list it stands in.',
});

export const graphqlMaxAliases = setting({
  key: 'graphql.max_aliases',
  type: count(10_000),
  default: 50,
  describe: 'How many fields of a document may be called something else.',
});

export const graphqlMaxTokens = setting({
  key: 'graphql.max_tokens',
  type: count(100_000),
  default: 5_000,
  describe: 'Words and signs a document may have.',
});

export const graphqlMaxBatch = setting({
  key: 'graphql.max_batch',
  type: count(100),
  default: 10,
  describe: 'Requests that may come together as an array.',
});

export const graphqlMaxSubscriptions = setting({
  key: 'graphql.max_subscriptions',
  type: count(100_000),
  default: 5_000,
  describe: 'Subscriptions that are followed at one time, over whatever connections.',
});

export const graphqlMaxSubscriptionsPerConnection = setting({
  key: 'graphql.max_subscriptions_per_connection',
  type: count(10_000),
  default: 100,
  describe: 'Subscriptions that one WebSocket may carry at one time.',
});

export const graphqlDocuments = setting({
  key: 'graphql.documents',
  type: z.string().min(1).nullable(),
  default: null,
  describe: 'Folder with documents (*.graphql) that clients may name by their SHA-256 instead of sending them.',
});

export const graphqlOnlyPersisted = setting({
  key: 'graphql.only_persisted',
  type: z.boolean(),
  default: false,
  describe: 'Whether only documents of graphql.documents are run.',
});

export const onlyPersistedRule = settingRule({
  settings: [graphqlDocuments, graphqlOnlyPersisted],
  problem: (settings) =>
    settings.get(graphqlOnlyPersisted) && settings.get(graphqlDocuments) === null
      ? 'graphql.only_persisted is true and graphql.documents names no folder, so that no document could be run'
      : null,
});

export interface GraphqlSettings {
  readonly isEnabled: boolean;
  readonly hasIntrospection: boolean;
  readonly hasPlayground: boolean;
  readonly limits: GraphqlLimits;
  readonly maxBatch: number;
  readonly maxSubscriptions: number;
  readonly maxSubscriptionsPerConnection: number;
  readonly documents: string | null;
  readonly isOnlyPersisted: boolean;
}

/** What one document may ask for. */
export interface GraphqlLimits {
  readonly depth: number;
  readonly cost: number;
  readonly aliases: number;
  readonly tokens: number;
}

export function graphqlSettings(settings: Settings): GraphqlSettings {
  return {
    isEnabled: settings.get(graphqlEnabled),
    hasIntrospection: settings.get(graphqlIntrospection),
    hasPlayground: settings.get(graphqlPlayground),
    limits: {
      depth: settings.get(graphqlMaxDepth),
      cost: settings.get(graphqlMaxCost),
      aliases: settings.get(graphqlMaxAliases),
      tokens: settings.get(graphqlMaxTokens),
    },
    maxBatch: settings.get(graphqlMaxBatch),
    maxSubscriptions: settings.get(graphqlMaxSubscriptions),
    maxSubscriptionsPerConnection: settings.get(graphqlMaxSubscriptionsPerConnection),
    documents: settings.get(graphqlDocuments),
    isOnlyPersisted: settings.get(graphqlOnlyPersisted),
  };
}
