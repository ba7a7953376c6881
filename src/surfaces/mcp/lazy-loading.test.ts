import { execFileSync } from 'node:child_process';
import { repository } from '#testing/checkout.ts';
import { expect, it } from 'vitest';

/** Names of packages that are loaded with a module, in a process of its own. */
function packagesOf(module: string): string[] {
  const script = `
    const { registerHooks } = await import('node:module');
    const seen = new Set();
    registerHooks({ resolve: (specifier, context, next) => { seen.add(specifier); return next(specifier, context); } });
    await import(${JSON.stringify(module)});
    console.log(JSON.stringify([...seen].filter((one) => one.startsWith('@modelcontextprotocol/'))));
    process.exit();`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: repository, encoding: 'utf8' });
  return JSON.parse(output) as string[];
}

it('a server loads nothing of the SDK before somebody speaks MCP to it', () => {
  expect(packagesOf('./src/app/server/serve.ts')).toEqual([]);
  expect(packagesOf('./src/surfaces/mcp/create-offer.ts')).toEqual([]);
  expect(packagesOf('./src/surfaces/mcp/transport/http-endpoint.ts')).toContain('@modelcontextprotocol/server');
});
