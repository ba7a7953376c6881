import { RatchetError } from '#kernel/index.ts';
import type { McpOffer } from '../offer.ts';
import type { ResourceKind } from './resource-kind.ts';
import { checkUri, matchUri } from './resource-uri.ts';

/** Reads what an address names. @throws MCP_RESOURCE_URI_REFUSED, and as the operations behind it */
export function resourceReader(kinds: readonly ResourceKind[]): McpOffer['read'] {
  return async (uri, context) => {
    checkUri(uri);
    for (const kind of kinds) {
      const values = matchUri(kind.uriTemplate, uri);
      if (values === null) continue;
      try {
        return [{ uri, ...(await kind.read(values, context)) }];
      } catch (caught) {
        if (caught instanceof RatchetError && isAbsent(caught.code)) return null;
        throw caught;
      }
    }
    return null;
  };
}

/** A task, execution or template that is not there makes a resource that is not there. */
function isAbsent(code: string): boolean {
  return /^(?:TASK|TASK_VERSION|EXECUTION|TEMPLATE)_NOT_FOUND$/.test(code);
}
