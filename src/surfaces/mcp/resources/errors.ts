import { defineError } from '#kernel/index.ts';

export const resourceUriRefused = defineError<{ uri: string; problem: string }>('MCP_RESOURCE_URI_REFUSED', {
  http: 400,
  exit: 'usage',
  message: ({ uri, problem }) => `The resource ${JSON.stringify(uri)} was not read: ${problem}.`,
  hint: () => 'Resources are ratchet://tasks/{task}/code and the like; resources/templates/list names all forms.',
  about: 'A client asked for a resource by an address that is none of this server: of another scheme, or one that leads out of its place.',
});
