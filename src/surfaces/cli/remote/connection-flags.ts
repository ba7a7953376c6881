import { z } from 'zod';

/** Where commands look for a server when nobody says. */
export const usualServer = 'http://127.0.0.1:8080';

/** Flags of every command that talks to a server. */
export const connectionFlags = {
  server: z
    .string()
    .optional()
    .meta({
      description: `Address of the server (default: RATCHET_SERVER, or ${usualServer}); its token is RATCHET_TOKEN`,
      placeholder: 'url',
    }),
  requestTimeoutMs: z.number().int().positive().optional().describe('Longest time to wait for an answer, 30 s unless said otherwise'),
};
