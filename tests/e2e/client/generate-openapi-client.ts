// Lets a public generator make a client: `node generate-openapi-client.ts <document> <folder>`. It is made for TypeScript 5 and 6, whose
// programming interface the installed TypeScript does not have; everything else is the generator's own.
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import typescript from './typescript-5-syntax.ts';

const [input = '', path = ''] = process.argv.slice(2);
const syntax = pathToFileURL(join(import.meta.dirname, 'typescript-5-syntax.ts')).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'typescript' && context.parentURL?.includes('/@hey-api/')
      ? { url: syntax, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});

const { createClient } = await import('@hey-api/openapi-ts');
try {
  await createClient({
    input,
    output: { path },
    logs: { file: false, level: 'warn' },
    plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
  });
} finally {
  typescript.end();
}
