import type { ToolContext } from '../offer.ts';
import { confirmationDeclined, confirmationNeeded } from './errors.ts';

/**
 * Goes on only when the person behind the client agrees; `force` stands for that where the client cannot ask, and for nothing else.
 * @param what continues "whether to": `delete the task addition`
 * @throws MCP_CONFIRMATION_DECLINED, MCP_CONFIRMATION_NEEDED
 */
export async function confirmed({ confirm }: Pick<ToolContext, 'confirm'>, what: string, force: boolean): Promise<void> {
  const said = await confirm(`Do you want to ${what}?`);
  if (said === 'no') throw confirmationDeclined({ what });
  if (said === 'cannot-ask' && !force) throw confirmationNeeded({ what });
}
