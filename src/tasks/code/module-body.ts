import type { Node, Program } from 'acorn';
import type { Entry } from './callable.ts';
import { callableNames } from './judge.ts';
import { unusedName, withoutHashbang, wrapBody, type Wrapped } from './wrap.ts';

/**
 * Wraps a module that imports nothing, without a bundler: `export` gives way to as many blanks, so every line and column stays, and
 * the exports are returned as an object. Modules are strict, so the function is.
 */
export function wrapModule(text: string, program: Program, entry: Entry & { how: 'export' }): Wrapped {
  let body = withoutHashbang(text);
  const blank = (start: number, end: number, start_ = '') => {
    const gap = body.slice(start, end).replaceAll(/[^\n\r\u2028\u2029]/g, ' ');
    body = body.slice(0, start) + start_ + gap.slice(start_.length) + body.slice(end);
  };
  // Shown as the function's name in stack traces, so a plain word where the author left it free.
  const defaultName = unusedName(text, 'main');
  let usesDefaultName = false;
  let closeAfter: number | null = null;
  for (const statement of program.body) {
    if (statement.type === 'ExportNamedDeclaration') {
      blank(statement.start, statement.declaration ? statement.declaration.start : statement.end);
    } else if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement;
      const hasName = (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') && declaration.id;
      if (hasName) {
        blank(statement.start, declaration.start);
      } else {
        blank(statement.start, declaration.start, `${defaultName}=`);
        usesDefaultName = true;
        // As a declaration it needed no semicolon; as a value it must not run into the next line.
        if (/^(Function|Class)Declaration$/.test(declaration.type)) closeAfter = declaration.end;
      }
    }
  }
  if (closeAfter !== null) body = `${body.slice(0, closeAfter)};${body.slice(closeAfter)}`;
  const members = callableNames.filter((name) => entry.names.has(name)).map((name) => `${name}: ${entry.names.get(name) ?? defaultName}`);
  const head = `"use strict";${usesDefaultName ? ` var ${defaultName};` : ''}`;
  return wrapBody(body, ['module', 'exports'], { head, tail: `return { ${members.join(', ')} };` }, null);
}

/** Whether a module can do without the bundler: nothing imported, no name that only a module has. */
export function standsAlone(program: Program): boolean {
  return !program.body.some(
    (statement) => statement.type === 'ImportDeclaration' || ((statement as Node & { source?: unknown }).source ?? null) !== null,
  );
}
