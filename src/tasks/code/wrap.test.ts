import { createContext, Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodeProblem, parseCode } from './parse.ts';
import { findCallable } from './callable.ts';
import { wrapModule, standsAlone } from './module-body.ts';
import { wrapScript } from './wrap.ts';

/** The wrapped script, or null when the code is refused. */
function wrapped(code: string): string | null {
  try {
    const parsed = parseCode(code, 'main.js');
    const { entry } = findCallable(parsed);
    if (parsed.kind !== 'module') return wrapScript(code, parsed, entry).script;
    return entry.how === 'export' && standsAlone(parsed.ast) ? wrapModule(code, parsed.ast, entry).script : null;
  } catch (error) {
    if (error instanceof CodeProblem) return null;
    throw error;
  }
}

/** Evaluates a wrapped script where `ran` would be noticed. Evaluating must run nothing of the author's. */
function evaluate(script: string): { type: string; ran: boolean } {
  const context = createContext({ ran: false });
  let type: string;
  try {
    type = typeof new Script(script).runInContext(context, { timeout: 1000 });
  } catch (error) {
    // The engine's parser may be stricter than ours: then nothing runs at all.
    type = (error as Error).name;
  }
  return { type, ran: context['ran'] as boolean };
}

const pieces = [
  '})',
  '(',
  ')',
  '{',
  '}',
  ';',
  ',',
  '\n',
  ' ',
  '/*',
  '*/',
  '//',
  '<!--',
  '-->',
  '`',
  '${',
  "'",
  '"',
  '\\',
  '#!',
  '/',
  '[',
  ']',
  '=',
  '=>',
  '\u2028',
  '\r',

  'ran = true',
  'function',
  'function main() {}',
  'main',
  'return',
  'async',
  'await',
  'yield',
  'export default',
  'export {',
  'import',
  'module.exports',
  'exports.main',

  '(function () {})',
  "'use strict'",
  'let',
  'const',
  'class',
  'x',
  '1',
  'if (x)',
  'else',
  'do',
  'while',
  'new',
  'this',
  'arguments',
  'super',
  'static',
  'default',
];

describe('no text breaks out of the wrapper', () => {
  it.each([
    '}); ran = true; (function () {',
    '})\nran = true;\n(function(){',
    'function main() {} }) ; ran = true ; (function () {',
    '(function(){}); /* ',
    '(function(){}); `',
    '(function(){}) <!-- })',
    'function (input) {}\n--> })(); ran = true; (function () {',
    '(input) => {}) ; ran = true; ((x) => {}',
    'export default function () {} }); ran = true; (() => {',
    '(function(){})/*\n*/-->}); ran = true;',
    'main; function main() {}\u2028}); ran = true; (function () {',
  ])('such as %j', (code) => {
    const script = wrapped(code);
    if (script === null) return;
    expect(evaluate(script)).toEqual({ type: expect.stringMatching(/^(function|SyntaxError)$/) as string, ran: false });
  });

  it('nor any of 2,000 texts put together from what parsers stumble over', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), fc.constantFrom('', ' ', '\n'), (parts, between) => {
        const script = wrapped(parts.join(between));
        if (script === null) return;
        accepted += 1;
        const { type, ran } = evaluate(script);
        expect(ran).toBe(false);
        expect(type).toMatch(/^(function|SyntaxError)$/);
      }),
      { numRuns: 2000, seed: 7 },
    );
    // Otherwise the property would hold for want of anything to wrap.
    expect(accepted).toBeGreaterThan(20);
  });

  it('nor text around working code', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 4 }),
        fc.array(fc.constantFrom(...pieces), { maxLength: 4 }),
        (before, after) => {
          const script = wrapped(`${before.join(' ')}\n(function () { ran = true; })\n${after.join(' ')}`);
          if (script === null) return;
          accepted += 1;
          expect(evaluate(script).ran).toBe(false);
        },
      ),
      { numRuns: 2000, seed: 11 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
