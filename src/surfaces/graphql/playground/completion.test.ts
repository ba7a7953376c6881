import { serverOperations, serverStreams } from '#app/server/server-operations.ts';
import { graphqlSync, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildGraphqlSchema } from '../schema/build-schema.ts';
import { completionAt } from './browser/completion.ts';
import { prettify } from './browser/prettify.ts';
import { introspection, schemaOf, type Introspection } from './browser/schema.ts';
import { operationsOf, tokensOf } from './browser/tokens.ts';

const { data } = graphqlSync({
  schema: buildGraphqlSchema({ operations: serverOperations, streams: serverStreams }),
  source: introspection,
});
const schema = schemaOf(data as unknown as Introspection);

/** What is suggested where `|` stands. */
const at = (text: string) => completionAt(text.replace('|', ''), text.indexOf('|'), schema).suggestions.map((one) => one.text);

describe('What is suggested', () => {
  it.each([
    ['at the beginning', '|', ['query', 'mutation', 'subscription', 'fragment']],
    ['of what can be asked', '{ taskSt|', ['taskStats']],
    ['of what can be changed', 'mutation { deleteSch|', ['deleteSchedule']],
    ['of what can be followed', 'subscription A { workerS|', ['workerStatus']],
    ['of the fields of a thing', '{ tasks(limit: 1) { items { sourceT|', ['sourceType']],
    ['behind a thing that is done with', '{ tasks { items { id } } jobSt|', ['jobStats']],
    ['of arguments', '{ tasks(lim|', ['limit']],
    ['of fields of an input', '{ jobs(filters: { statusI|', ['statusIn']],
    ['of words', '{ jobs(filters: { status: PROC|', ['PROCESSING']],
    ['of words in a list', '{ jobs(filters: { statusIn: [QUEUED, RETR|', ['RETRYING']],
    ['of variables', 'query($many: Int) { tasks(limit: $|', ['$many']],
    ['of types of variables', 'query($a: JobFilters|', ['JobFiltersInput']],
    ['of types of fragments', 'fragment A on ServerEv|', ['ServerEvent']],
    ['of fields of a fragment', '{ a } fragment A on Job { queuedA|', ['queuedAt']],
    ['of a field under another name', '{ mine: tasks { items { mineName: versi|', ['version']],
  ])('is right %s', (_where, text, expected) => {
    expect(at(text).slice(0, expected.length)).toEqual(expected);
  });

  it('is nothing inside of texts and remarks', () => {
    expect(at('{ task(id: "addi|')).toEqual([]);
    expect(at('{ # task|')).toEqual([]);
  });

  it('begins where the word begins', () => {
    expect(completionAt('{ taskSt', 8, schema).from).toBe(2);
  });
});

describe('A document', () => {
  it('keeps every piece of itself when it is taken apart', () => {
    const text = 'query A($a: [Int!]! = [1, -2.5e3]) @skip(if: false) { a: b(c: "x # y", d: """z"" \\""" }""") ...F } # end';
    const tokens = tokensOf(text);
    expect(tokens.map((token) => token.text).join('')).toBe(
      tokens.map((token) => text.slice(token.at, token.at + token.text.length)).join(''),
    );
    expect(tokens.map(({ kind }) => kind)).toContain('remark');
    expect(operationsOf('query A { query B } mutation C($a: Int) { x } # query D\n{ "query E" } fragment F on Query { a }')).toEqual([
      'A',
      'C',
    ]);
  });

  it.each([
    '{tasks(limit:10,filters:{nameContains:"a b",statusIn:[A,B]}){items{name version}meta{total}}}',
    'query A($a:Int!=5,$b:[String!]){a:tasks(limit:$a)@include(if:true){...F ... on TaskList{meta{total}}}}fragment F on TaskList{items{id}}',
    '# first\nmutation{deleteTask(id:"x")}\n\nsubscription S{jobUpdates{id}}',
  ])('says the same when it is made pretty, and stays as it is then: %s', (text) => {
    const pretty = prettify(text);
    expect(print(parse(pretty))).toBe(print(parse(text)));
    expect(prettify(pretty)).toBe(pretty);
    expect(pretty.split('\n').length).toBeGreaterThan(3);
  });
});
