import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  recommendedRules,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { RatchetError } from '#kernel/index.ts';
import { graphqlInvalid, graphqlSyntax, graphqlTooMuch } from '../errors.ts';
import type { GraphqlLimits } from '../settings.ts';
import { completeSelections } from './complete-selections.ts';
import { costOf, shapeOf } from './measure.ts';
import { nestingOf } from './nesting.ts';
import { redeclare } from './redeclare.ts';

/** A document that may be run, or what is wrong with it. */
export type Prepared = { readonly document: DocumentNode } | { readonly errors: readonly (GraphQLError | RatchetError)[] };

export interface Documents {
  /** Parses, measures and checks a document. */
  prepare(text: string): Prepared;
  /** The operation that is meant, when it is not too much with these variables. @throws GRAPHQL_INVALID, GRAPHQL_TOO_MUCH */
  operationOf(document: DocumentNode, name: string | null, variables: Readonly<Record<string, unknown>>): OperationDefinitionNode;
}

const cachedBytes = 4 * 1024 ** 2;
const mostProblems = 20;
/** Beside the fields: as many as JSON may have in the body of a request. */
const bracketsOfValues = 100;

/** Reads documents; those that were read lately are not read again. */
export function createDocuments(schema: GraphQLSchema, limits: GraphqlLimits, hasIntrospection: boolean): Documents {
  const cache = new LRUCache<string, Prepared>({ maxSize: cachedBytes, sizeCalculation: (_prepared, text) => text.length * 10 + 100 });
  const rules = [
    ...specifiedRules,
    ...recommendedRules.filter((rule) => !specifiedRules.includes(rule)),
    ...(hasIntrospection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];

  function read(text: string): Prepared {
    // Before it is read, which takes a piece of the stack for each bracket that is open.
    const nesting = nestingOf(text);
    const mostNested = limits.depth + bracketsOfValues;
    if (nesting > mostNested) {
      const what = 'brackets inside of brackets, counted,';
      return { errors: [graphqlTooMuch({ what, found: nesting, limit: mostNested, setting: 'graphql.max_depth' })] };
    }
    let parsed: DocumentNode;
    try {
      parsed = parse(text, { maxTokens: limits.tokens });
    } catch (caught) {
      const { message } = caught as Error;
      if (/more that|more than/.test(message) && message.includes('tokens'))
        return {
          errors: [
            graphqlTooMuch({
              what: 'words and signs, counted,',
              found: limits.tokens + 1,
              limit: limits.tokens,
              setting: 'graphql.max_tokens',
            }),
          ],
        };
      return { errors: [located(caught, graphqlSyntax({ problem: message }))] };
    }
    // Before the rules of the library, some of which take time that grows with the square of the document.
    const { depth, aliases } = shapeOf(parsed);
    if (depth > limits.depth)
      return { errors: [graphqlTooMuch({ what: 'a depth of', found: depth, limit: limits.depth, setting: 'graphql.max_depth' })] };
    if (aliases > limits.aliases)
      return {
        errors: [graphqlTooMuch({ what: 'aliases, counted,', found: aliases, limit: limits.aliases, setting: 'graphql.max_aliases' })],
      };
    const document = completeSelections(redeclare(parsed, schema), schema);
    const problems = validate(schema, document, rules, { maxErrors: mostProblems, hideSuggestions: !hasIntrospection });
    return problems.length > 0 ? { errors: problems } : { document };
  }

  return {
    prepare(text) {
      const before = cache.get(text);
      if (before !== undefined) return before;
      const prepared = read(text);
      cache.set(text, prepared);
      return prepared;
    },
    operationOf(document, name, variables) {
      const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
      const operation = name === null ? operations[0] : operations.find((one) => one.name?.value === name);
      if (operation === undefined || (name === null && operations.length > 1)) {
        const names = operations.map((one) => one.name?.value ?? '(no name)').join(', ');
        throw graphqlInvalid({
          problem: `the document has the operations ${names || '(none)'}, and ${name === null ? 'operationName names none' : `none is called ${JSON.stringify(name.slice(0, 100))}`}`,
        });
      }
      const cost = costOf(schema, document, operation, variables);
      if (cost > limits.cost) throw graphqlTooMuch({ what: 'a cost of', found: cost, limit: limits.cost, setting: 'graphql.max_cost' });
      return operation;
    },
  };
}

function located(caught: unknown, error: RatchetError): GraphQLError {
  const { source, positions } = caught as GraphQLError;
  return new GraphQLError(error.message, { source, positions, originalError: error });
}
