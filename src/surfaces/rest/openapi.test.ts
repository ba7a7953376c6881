import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { operation, type ListOperator } from '#kernel/index.ts';
import { z } from 'zod';
import { chromiumFile, openChromium, withoutChromium } from '../../testing/chromium.ts';
import { fuzzOpenApi } from '../../testing/fuzz-openapi.ts';
import { faultsOf } from '../../testing/openapi-faults.ts';
import { followNotes, noteListing, noteOperations, startNotes, type NotesServer } from './notes-harness.ts';
import { openApiDocument, type OpenApiResponse } from './openapi.ts';

const document = openApiDocument(noteOperations, [followNotes], '1.2.3');
const at = (path: string, method: string) => document.paths[path]![method]!;

describe('the OpenAPI document', () => {
  it('is sound: unique names, references that lead somewhere, paths with their parameters, schemas that compile', () => {
    expect(faultsOf(document)).toEqual([]);
    expect([document.openapi, document.info['title'], document.info['version']]).toEqual(['3.1.0', 'Ratchet Task Execution API', '1.2.3']);
  });

  it('would be found unsound where it is not', () => {
    const broken = structuredClone(document);
    broken.paths['/api/v1/notes/{id}']!['get']!.parameters = [];
    broken.paths['/api/v1/notes']!['get']!.operationId = 'notes.create';
    broken.components.schemas['Note'] = { type: 'objekt', properties: { a: { $ref: '#/components/schemas/None' } } };
    expect(faultsOf(broken)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('{id} of /api/v1/notes/{id} get is not declared'),
        expect.stringContaining('operationId notes.create is there twice'),
        expect.stringContaining('#/components/schemas/None leads nowhere'),
        expect.stringContaining('components.schemas.Note'),
      ]),
    );
  });

  it('shares schemas by their id, and puts fields of the path where they are', () => {
    expect(Object.keys(document.components.schemas)).toEqual(['Error', 'Note', 'PageMeta', 'Ids', 'Texts', 'Numbers']);
    expect(at('/api/v1/notes/{id}', 'get').responses['200']!.content!['application/json']!.schema).toMatchObject({
      properties: { data: { $ref: '#/components/schemas/Note' } },
    });
    expect(at('/api/v1/notes/{id}/archive', 'post').requestBody!.content['application/json']!.schema.properties).toEqual({
      reason: { type: 'string' },
    });
    expect(at('/api/v1/notes/{id}', 'delete').responses['204']).toEqual({ description: 'Done; there is no body' });
  });

  it('declares each error by status, with an example that is one', () => {
    const { responses } = at('/api/v1/notes', 'post');
    const { components } = document;
    const named = (reference: string | undefined) => reference!.split('/').at(-1)!;
    const examplesOf = ({ $ref }: OpenApiResponse) =>
      Object.entries(components.responses[named($ref)]!.content!['application/json']!.examples!).map(
        ([code, example]) => [code, components.examples[named(example.$ref)]!.value] as const,
      );
    expect(Object.keys(responses)).toEqual(['201', '400', '403', '404', '409', '413', '415', '421', '422', '500', '503', '507']);
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const isError = ajv.compile(document.components.schemas['Error']!);
    const examples = Object.values(responses).flatMap((response) => (response.$ref === undefined ? [] : examplesOf(response)));
    expect(examples.length).toBeGreaterThan(10);
    for (const [code, value] of examples) {
      expect([isError(value), isError.errors]).toEqual([true, null]);
      expect(value).toMatchObject({ error: { code } });
    }
    expect(examplesOf(responses['507']!).map(([code]) => code)).toContain('NOTES_FULL');
  });

  it('says once what many operations share', () => {
    const twice = operation({ ...noteOperations[0], name: 'notes.twice', on: { rest: 'GET /twice' } } as never);
    const larger = openApiDocument([...noteOperations, twice], [followNotes], '1.2.3');
    expect(larger.components).toEqual(document.components);
    for (const { responses } of Object.values(larger.paths).flatMap((methods) => Object.values(methods))) {
      for (const { content } of Object.values(responses)) expect(content?.['application/json']?.examples).toBeUndefined();
    }
  });

  it('lists the filters of a list under the names to use', () => {
    const names = at('/api/v1/notes', 'get').parameters!.map((parameter) =>
      '$ref' in parameter ? document.components.parameters[parameter.$ref.split('/').at(-1)!]!.name : parameter.name,
    );
    expect(names).toEqual(
      expect.arrayContaining([
        '_start',
        '_end',
        'page',
        'limit',
        'after',
        '_sort',
        '_order',
        'title_contains',
        'priority_in',
        'created_after',
        'duration_ms_gte',
      ]),
    );
    for (const older of ['title_like', 'created_at_gt', 'min_duration_ms', 'uuid_in', 'title_exact']) expect(names).not.toContain(older);
    expect(new Set(names).size).toBe(names.length);
    const operators: ListOperator[] = ['eq', 'ne', 'in', 'notIn', 'gt', 'gte', 'lt', 'lte'];
    expect(names.filter((name) => name.startsWith('priority'))).toHaveLength(operators.length);
    expect(Object.keys(noteListing.fields).length).toBeGreaterThan(0);
  });

  it('tells what is accepted from what is answered where a schema with a name differs', () => {
    const Thing = z.object({ a: z.number().default(1) }).meta({ id: 'Thing' });
    const spec = { summary: 's', details: 'd', errors: [], effect: 'write', permission: 'x:y' } as const;
    const both = operation({
      ...spec,
      name: 'things.make',
      input: z.object({ thing: Thing }),
      output: Thing,
      on: { rest: 'POST /things' },
      run: async (_: object, { thing }) => thing,
    });
    const { schemas } = openApiDocument([both], [], '1').components;
    expect([schemas['Thing']?.required, schemas['ThingOutput']?.required]).toEqual([undefined, ['a']]);
  });
});

describe('the server and its document', () => {
  let server: NotesServer;
  beforeAll(async () => {
    server = await startNotes();
  });
  beforeEach(() => {
    for (const id of ['1', '2', '3'])
      server.notes.all.set(id, { id, title: id, priority: 'HIGH', tags: [], createdAt: '2026-01-01T00:00:00.000Z' });
  });
  afterAll(() => server.close());

  it('agree: every answer to good and malformed requests has a declared status and body', async () => {
    const { json } = await server.ask('GET', '/api-docs/openapi.json');
    const report = await fuzzOpenApi(server.url, json as never, {
      runs: 60,
      seed: 7,
      known: { id: ['1', '2', '3'] },
      isWanted: (name) => name !== 'notes.wait',
    });
    expect(report.findings).toEqual([]);
    expect(report.requests).toBeGreaterThan(500);
    // It got through to the operations, and was refused where it should be.
    expect(Object.keys(report.statuses['notes.create']!)).toEqual(expect.arrayContaining(['201', '400', '415']));
    expect(Object.keys(report.statuses['notes.list']!)).toEqual(expect.arrayContaining(['200', '400']));
    expect(Object.keys(report.statuses['notes.show']!)).toEqual(expect.arrayContaining(['200', '404']));
  });

  it('are found to disagree where they do', async () => {
    const lying = structuredClone(document);
    lying.components.schemas['Note'] = { type: 'object', required: ['owner'] };
    delete lying.paths['/api/v1/notes/{id}']!['get']!.responses['404'];
    const report = await fuzzOpenApi(server.url, lying, {
      runs: 10,
      known: { id: ['1'] },
      isWanted: (name) => name === 'notes.show',
    });
    expect(report.findings.map(({ problem }) => problem)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("must have required property 'owner'"),
        expect.stringContaining('status 404 is not declared'),
      ]),
    );
  });

  it('make it when somebody asks first, once for all who ask, and show the same one on the page', async () => {
    const fresh = await startNotes();
    try {
      await fresh.ask('GET', '/docs');
      expect(fresh.documentsMade()).toBe(0);
      const [served, shown, again] = [
        await fresh.ask('GET', '/api-docs/openapi.json'),
        // What the page loads, by its own script.
        await fresh.ask('GET', '/docs/json'),
        await fresh.ask('GET', '/api-docs/openapi.json'),
      ];
      expect(served.json).toEqual(JSON.parse(JSON.stringify(document)));
      expect([shown.json, again.text]).toEqual([served.json, served.text]);
      expect((await fresh.ask('GET', '/docs/static/swagger-initializer.js')).text).toContain("url: resolveUrl('./json')");
      expect(fresh.documentsMade()).toBe(1);
    } finally {
      await fresh.close();
    }
  });

  it('send /api-docs to the page', async () => {
    const { status, headers } = await server.ask('GET', '/api-docs');
    expect([status, headers.get('location')]).toEqual([302, '/docs']);
    const page = await server.ask('GET', '/docs');
    expect(page.text).toContain('<title>Ratchet API Documentation</title>');
    expect(page.text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect((await server.ask('GET', '/docs/errors/NO_SUCH_CODE')).json.error?.code).toBe('ERROR_CODE_UNKNOWN');
    expect((await server.ask('GET', '/docs/errors/..%2f..%2fpackage.json')).status).toBe(404);
  });

  it.skipIf(chromiumFile === null)(
    `show the page in a browser, from this server alone (${chromiumFile === null ? withoutChromium : 'Chromium'})`,
    async () => {
      const browser = await openChromium();
      try {
        const page = await browser.context.newPage();
        const troubles: string[] = [];
        page.on('console', (line) => line.type() === 'error' && troubles.push(line.text()));
        page.on(
          'request',
          (sent) => !sent.url().startsWith(server.url) && !sent.url().startsWith('data:') && troubles.push(`asked for ${sent.url()}`),
        );
        page.on('requestfailed', (sent) => troubles.push(`failed: ${sent.url()}`));
        await page.goto(`${server.url}/docs`);
        await page.getByText('/api/v1/notes', { exact: true }).first().waitFor();
        expect(troubles).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
