import { z } from 'zod';
import { setting } from '#kernel/index.ts';

export const networkApproval = setting({
  key: 'tasks.require_network_approval',
  type: z.boolean(),
  default: false,
  describe:
    'Whether a version that is stored through the server and may reach more hosts than the one before waits until somebody has approved of it.',
  reload: 'live',
});
