import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The modules generated checks ask for, and no others. `needs` are their own requests. */
const modules: Readonly<Record<string, readonly string[]>> = {
  'ajv/dist/runtime/equal': ['fast-deep-equal'],
  'ajv/dist/runtime/ucs2length': [],
  'ajv-formats/dist/formats': [],
  'fast-deep-equal': [],
};

/**
 * Makes a generated CommonJS check self-contained: the few modules it asks for come along as text, and the result is one expression.
 * @throws Error when the check asks for a module that is not known here
 */
export function checkRuntime(generated: string): string {
  const wanted = new Set<string>();
  const want = (name: string) => {
    if (wanted.has(name)) return;
    const needs = modules[name];
    if (needs === undefined) throw new Error(`the schema needs ${name}, which checks cannot have`);
    wanted.add(name);
    needs.forEach(want);
  };
  for (const [, name] of generated.matchAll(/\brequire\("([^"]+)"\)/g)) {
    // The text may also stand inside a string of the schema: then it names no module of ours and nothing is asked for.
    if (Object.hasOwn(modules, name!)) want(name!);
  }
  const table = [...wanted].map((name) => `${JSON.stringify(name)}: function (exports, module, require) {${sourceOf(name)}\n}`);
  return `(function () {
"use strict";
var table = {${table.join(',\n')}};
var loaded = {};
function require(name) {
  if (!loaded[name]) { var module = { exports: {} }; loaded[name] = module; table[name](module.exports, module, require); }
  return loaded[name].exports;
}
var module = { exports: {} }, exports = module.exports;
(function () {${generated}
})();
var check = module.exports;
${report}
})()`;
}

const sources = new Map<string, string>();

function sourceOf(name: string): string {
  let source = sources.get(name);
  if (source === undefined) {
    source = readFileSync(require.resolve(name), 'utf8').replaceAll(/^\/\/# sourceMappingURL=.*$/gm, '');
    sources.set(name, source);
  }
  return source;
}

/**
 * The last part of every check: problems as the platform words them. Built-ins are taken before any code of the task has run.
 * Texts are cut because a schema may hold a megabyte of allowed values and its author may show the answer to others.
 */
const report = `
var parse = JSON.parse, stringify = JSON.stringify, isArray = Array.isArray;
function place(data, pointer) {
  if (pointer === '') return '';
  var path = '', parts = pointer.split('/');
  for (var i = 1; i < parts.length; i++) {
    var part = parts[i].replace(/~1/g, '/').replace(/~0/g, '~');
    if (isArray(data)) path += '[' + part + ']';
    else if (/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(part)) path += path === '' ? part : '.' + part;
    else path += '[' + stringify(part) + ']';
    data = data === null || data === undefined ? undefined : data[part];
  }
  return path.length > 500 ? path.slice(0, 500) + '...' : path;
}
return function (jsonText) {
  var data = parse(jsonText);
  if (check(data)) return '';
  var problems = [], errors = check.errors || [];
  for (var i = 0; i < errors.length && i < 20; i++) {
    var e = errors[i], params = stringify(e.params), message = String(e.message);
    if (e.keyword === 'additionalProperties' || e.keyword === 'unevaluatedProperties') {
      message += ': ' + (e.params.additionalProperty || e.params.unevaluatedProperty);
    } else if (e.keyword === 'enum') message = 'must be one of ' + stringify(e.params.allowedValues).slice(1, -1);
    else if (e.keyword === 'const') message = 'must be ' + stringify(e.params.allowedValue);
    problems.push({
      path: place(data, e.instancePath),
      message: message.length > 500 ? message.slice(0, 500) + '...' : message,
      keyword: e.keyword,
      schemaPath: e.schemaPath.slice(0, 500),
      params: params === undefined || params.length > 2000 ? {} : e.params
    });
  }
  check.errors = null;
  return stringify(problems);
};`;
