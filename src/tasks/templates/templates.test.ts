import fc from 'fast-check';
import { parse } from 'acorn';
import { describe, expect, it } from 'vitest';
import { generateFromTemplate } from './generate-from-template.ts';
import { fillCode, fillJson, placeholdersIn } from './fill.ts';
import { taskTemplates, templateNamed } from './templates.ts';

const uuid = '00000000-0000-4000-8000-000000000001';
const request = (parameters: Record<string, unknown>) => ({ name: 'made', description: null, parameters, uuid });

/** A document as acorn makes it. */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

function identifiersIn(code: string): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (node.type === 'Identifier') found.push(String(node['name']));
    Object.values(node).forEach(walk);
  };
  walk(parse(code, { ecmaVersion: 'latest', sourceType: 'script' }));
  return found;
}

describe('the code of every template', () => {
  it.each(taskTemplates.map((one) => [one.name, one] as const))(
    '%s has placeholders only where an expression may stand',
    (_name, template) => {
      const names = placeholdersIn(template.code);
      // A name in place of each: it is found again as a name, and not as a part of a text, a comment or a pattern.
      const marked = template.code.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_whole, name: string) => `PLACEHOLDER_${name}`);
      const found = identifiersIn(marked).filter((one) => one.startsWith('PLACEHOLDER_'));
      expect(found.toSorted()).toEqual(names.map((name) => `PLACEHOLDER_${name}`).toSorted());
      expect(new Set(names)).toEqual(new Set(template.parameters.map(({ name }) => name)));
    },
  );
});

describe('a value in a placeholder', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.jsonValue(),
    fc.constantFrom('"; evil(); "', '`${evil()}`', '</script>', '\u2028evil()', '*/ evil() /*', "'); evil(); ('"),
  );

  it('is that value again when the code runs, whatever it is', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const json = JSON.parse(JSON.stringify(value)) as never;
        const code = fillCode('({{ value }})', { value: json });
        expect(identifiersIn(code).filter((name) => name !== 'JSON' && name !== 'parse')).toEqual([]);
        // oxlint-disable-next-line no-eval -- The very question is what the engine makes of the text.
        expect((0, eval)(code)).toEqual(json);
      }),
    );
  });

  it('sets no prototype', () => {
    const value = JSON.parse('{"__proto__": {"admin": true}, "a": 1}') as never;
    // oxlint-disable-next-line no-eval -- As above.
    const filled = (0, eval)(fillCode('({{value}})', { value })) as object;
    expect(Object.getPrototypeOf(filled)).toBe(Object.prototype);
    expect(Object.hasOwn(filled, '__proto__')).toBe(true);
  });

  it('stays one text in JSON, and is not filled a second time', () => {
    const values = { a: 'x", "y": "{{b}}', b: 'never' };
    expect(fillJson({ said: 'a is {{a}}', '{{a}}': ['{{a}}'] }, values)).toEqual({
      said: 'a is x", "y": "{{b}}',
      '{{a}}': ['x", "y": "{{b}}'],
    });
    expect(() => fillJson('{{c}}', values)).toThrow(/\{\{c\}\}/);
  });
});

describe('parameters', () => {
  const refused = (template: string, parameters: Record<string, unknown>) => {
    try {
      generateFromTemplate(templateNamed(template), request(parameters));
    } catch (caught) {
      return (caught as { code: string; message: string }).message;
    }
    return 'nothing was wrong';
  };

  it('are checked: what is lacking, unknown or of a wrong kind is named', () => {
    expect(refused('scheduled_job', {})).toMatch(/parameters\.job_name: Invalid input: expected string/);
    expect(refused('testing_utility', { target_task: '' })).toMatch(/parameters\.target_task: must not be empty/);
    expect(refused('validation', { wrong: 1 })).toMatch(/parameters: Unrecognized key: "wrong"/);
    expect(refused('validation', JSON.parse('{"__proto__": {"x": 1}}') as Record<string, unknown>)).toMatch(/Unrecognized key/);
    expect(refused('file_processor', { default_operation: 'delete' })).toMatch(/parameters\.default_operation/);
    expect(refused('poll_until', { endpoint: 'javascript:alert(1)' })).toMatch(/parameters\.endpoint: must be an address/);
    expect(refused('http_api_call', { default_headers: { 'a\r\nb': 'x' } })).toMatch(/parameters\.default_headers/);
  });

  it('name the only hosts a task may reach', () => {
    const metadata = (template: string, parameters: Record<string, unknown>) =>
      JSON.parse(generateFromTemplate(templateNamed(template), request(parameters)).files['metadata.json']!) as { network?: string[] };
    expect(metadata('http_api_call', { base_url: 'https://api.example.com:8443/v1/' }).network).toEqual(['api.example.com:8443']);
    expect(metadata('http_api_call', {}).network).toBeUndefined();
    expect(metadata('webhook_handler', {}).network).toEqual([]);
  });

  it('of an unknown template lead to those there are', () => {
    expect(() => templateNamed('nothing')).toThrow(expect.objectContaining({ code: 'TEMPLATE_NOT_FOUND' }));
    expect(templateNamed('HTTP-api-call').name).toBe('http_api_call');
  });
});
