/** Revisions of MCP that are spoken, newest first; the last two are what older clients of Ratchet say. A test compares the list with the SDK's. */
export const protocolRevisions: readonly string[] = [
  '2026-07-28',
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
  '2024-10-07',
  '1.0.0',
  '0.1.0',
];

export const serverName = 'Ratchet MCP Server';
