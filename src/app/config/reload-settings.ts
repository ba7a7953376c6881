import { setting } from '#kernel/index.ts';
import { z } from 'zod';

export const reloadOnChange = setting({
  key: 'server.reload_on_change',
  type: z.boolean(),
  default: true,
  describe: 'Whether a running server reads its configuration file again when it has changed; on SIGHUP it does in any case.',
});
