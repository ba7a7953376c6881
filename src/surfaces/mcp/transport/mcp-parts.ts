import type { Clock } from '#kernel/index.ts';
import type { Asking } from '../asking.ts';
import type { McpClient } from '../clients/client.ts';
import type { Gatekeeper } from '../clients/gatekeeper.ts';
import type { McpOffer } from '../offer.ts';
import type { McpSettings } from '../settings.ts';

/** What every transport needs to answer a client. */
export interface McpParts {
  readonly offer: McpOffer;
  /** Everything a client may ask, and nothing else. */
  readonly askingFor: (client: McpClient) => Asking;
  readonly gatekeeper: Gatekeeper;
  readonly settings: McpSettings;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Of Ratchet. */
  readonly version: string;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** One line for each call of a tool, where they are kept. */
  readonly audit: (line: McpAuditLine) => void;
  /** Calls back, not too often, when tasks have come, gone or changed. @returns a function that ends it */
  readonly onTasksChanged: (listener: () => void) => () => void;
  /** Milliseconds after which a call is handed to clients that can come back for its result; 2,000 unless said otherwise. */
  readonly handOffAfterMs?: number;
}

/** Holds nothing of what was given or answered. */
export interface McpAuditLine {
  readonly client: string;
  readonly tool: string;
  /** `ok`, `failed` where the tool did its work and that failed, or the code of the error. */
  readonly outcome: string;
  readonly durationMs: number;
}
