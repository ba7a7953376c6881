import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { definedErrors, type AnyErrorKind } from '#kernel/index.ts';
import { contentPolicyOfPages, errorPageNotFound } from '#surfaces/http/index.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OpenApiDocument } from './openapi.ts';

export interface DocsOptions {
  /** Makes the document when somebody asks for it first, which takes some 60 ms. */
  readonly document: () => OpenApiDocument;
  /** Folder with a page per error, `CODE.md`; null where there is none, and pages are made of what the error says of itself. */
  readonly errorFolder: string | null;
}

/** The API described: the document, a page to browse it that loads nothing from elsewhere, and the page of each error. */
export function docsRoutes(app: FastifyInstance, { document, errorFolder }: DocsOptions): void {
  let made: OpenApiDocument | null = null;
  let text: string | null = null;
  const documentOnce = () => (made ??= document());
  app.get('/api-docs/openapi.json', (_request, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send((text ??= JSON.stringify(documentOnce()))),
  );
  app.get('/api-docs', (_request, reply) => reply.redirect('/docs', 302));
  app.get('/docs/errors/:code', async (request, reply) => {
    const code = (request.params as { code: string }).code.replace(/\.md$/i, '').toUpperCase();
    const page = await errorPage(code, errorFolder);
    if (page === null) throw errorPageNotFound({ code: code.slice(0, 100) });
    return reply.type('text/markdown; charset=utf-8').send(page);
  });
  let pages: Promise<FastifyInstance> | null = null;
  app.get('/docs', showPage);
  app.get('/docs/*', showPage);

  /** What shows the document takes longer to load than all of our own routes, and few ever look at it: it is a server of its own, asked within this process. */
  async function showPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const page = await (pages ??= browsablePages(documentOnce));
    const { statusCode, headers, rawPayload } = await page.inject({ method: 'GET', url: request.url, headers: pageHeaders(request) });
    for (const name of copiedHeaders) if (headers[name] !== undefined) reply.header(name, headers[name]);
    return reply.code(statusCode).send(rawPayload);
  }
}

const copiedHeaders = ['content-type', 'content-security-policy', 'cache-control', 'etag', 'last-modified', 'location'];

/** Only what decides whether a browser has the file already. */
function pageHeaders({ headers }: FastifyRequest): Record<string, string> {
  const kept = ['if-none-match', 'if-modified-since'].map((name) => [name, headers[name]] as const);
  return Object.fromEntries(kept.filter((one): one is [string, string] => typeof one[1] === 'string'));
}

async function browsablePages(document: () => OpenApiDocument): Promise<FastifyInstance> {
  const [{ fastify }, swagger, swaggerUi] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  const pages = fastify();
  // The page wants a document when it is registered, and asks for the real one with each request.
  const placeholder = { openapi: '3.1.0', info: { title: 'Ratchet', version: '0' }, paths: {} };
  await pages.register(swagger.default, { mode: 'static', specification: { document: placeholder } });
  await pages.register(swaggerUi.default, {
    routePrefix: '/docs',
    staticCSP: contentPolicyOfPages,
    transformSpecification: () => document() as never,
    transformSpecificationClone: false,
    theme: { title: 'Ratchet API Documentation' },
    uiConfig: { docExpansion: 'list', deepLinking: true, displayRequestDuration: true },
  });
  await pages.ready();
  return pages;
}

async function errorPage(code: string, folder: string | null): Promise<string | null> {
  // A name of a page only, so that no path of this machine can be asked for.
  if (!/^[A-Z][A-Z0-9_]{0,99}$/.test(code)) return null;
  if (folder !== null) {
    try {
      return await readFile(join(folder, `${code}.md`), 'utf8');
    } catch {
      // No page was written for it; it may still be known.
    }
  }
  const kind: AnyErrorKind | undefined = definedErrors().find((defined) => defined.code === code);
  if (kind === undefined) return null;
  const { about, http, retryable } = kind.spec;
  return `# ${code}\n\n${about}\n\nHTTP status: ${http}. Worth retrying without a change: ${retryable ? 'yes' : 'no'}.\n`;
}
