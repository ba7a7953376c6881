import { serverOperations, serverStreams } from '../../src/app/server/server-operations.ts';
import type { AnyOperation, AnyStream } from '../../src/surfaces/rest/projection.ts';
import { clientRoutesFile } from './client-routes.ts';
import { clientDeclarationsFile } from './client-declarations.ts';
import type { Page } from './page.ts';
import { servedOperations } from './served-operation.ts';

/** What the client has to know of the operations: how they are called, and their types, both without what runs them. */
export async function clientFiles(root: string): Promise<Page[]> {
  const served = servedOperations([...(serverOperations as readonly AnyOperation[]), ...(serverStreams as readonly AnyStream[])]);
  return [clientRoutesFile(served), await clientDeclarationsFile(root, served)];
}
