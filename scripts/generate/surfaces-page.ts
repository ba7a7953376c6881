import type { CliProjection, Surfaces } from '#kernel/index.ts';
import { serverOperations, serverStreams } from '../../src/app/server/server-operations.ts';
import { code, markdown, table, type Page } from './page.ts';

interface Served {
  readonly name: string;
  readonly summary: string;
  readonly on: Surfaces & { readonly cli?: CliProjection };
}

/** Which operation and which stream of a server is called how, on every surface. */
export function surfacesPage(): Page {
  const row = ({ name, summary, on }: Served): string[] => [
    code(name),
    summary,
    on.rest === undefined ? (on.without?.rest ?? '') : code(typeof on.rest === 'string' ? on.rest : on.rest.route),
    on.graphql === undefined ? (on.without?.graphql ?? '') : code(on.graphql),
    on.cli === undefined ? (on.without?.cli ?? '') : code(`ratchet ${on.cli.command}`),
  ];
  const head = ['operation', 'what it does', 'REST, below /api/v1', 'GraphQL', 'command'];
  const sorted = (all: readonly Served[]) => all.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(row);
  return markdown(
    'docs/reference/surfaces.md',
    '# Operations on every surface',
    'Each operation of a server is said once and served by each surface under the name it has there. The client of the package calls them by the name in the first column.',
    table(head, sorted(serverOperations)),
    '## Streams',
    table(head, sorted(serverStreams)),
  );
}
