import type { RatchetError } from '#kernel/index.ts';
import { errorAnswer } from '#surfaces/http/index.ts';

/** Codes of JSON-RPC 2.0, of MCP, and those that older clients of Ratchet know. */
export const rpcCodes = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  /** What a server keeps for itself: limits, sizes, media types. */
  refused: -32_000,
  /** Also: shutting down, timed out, no such session. */
  unauthenticated: -32_001,
  /** Also: not initialized. */
  denied: -32_002,
  cancelled: -32_800,
} as const;

/** An error that is answered as such, instead of as the result of a tool. */
export class JsonRpcError extends Error {
  override readonly name = 'JsonRpcError';
  readonly code: number;
  readonly data?: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    if (data !== undefined) this.data = data;
  }
}

export interface RpcErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

const byCode: Readonly<Record<string, number>> = {
  BODY_NOT_JSON: rpcCodes.parse,
  MCP_MESSAGE_INVALID: rpcCodes.invalidRequest,
  BODY_TOO_DEEP: rpcCodes.invalidRequest,
  BODY_POISONED: rpcCodes.invalidRequest,
  REQUEST_INVALID: rpcCodes.invalidParams,
  MCP_CLIENT_UNKNOWN: rpcCodes.unauthenticated,
  MCP_SESSION_NOT_FOUND: rpcCodes.unauthenticated,
  SERVER_SHUTTING_DOWN: rpcCodes.unauthenticated,
  ANSWER_TIMED_OUT: rpcCodes.unauthenticated,
  MCP_NOT_INITIALIZED: rpcCodes.denied,
  MCP_ADDRESS_REFUSED: rpcCodes.denied,
  MCP_TOOL_NOT_ALLOWED: rpcCodes.denied,
  NOT_PERMITTED: rpcCodes.denied,
  INTERNAL_ERROR: rpcCodes.internal,
};

/** An error of ours as JSON-RPC carries it, with nothing in it that must stay inside. */
export function rpcError(error: RatchetError, now: number): RpcErrorBody {
  const { code, message, hint, details, requestId: _requestId } = errorAnswer(error, { requestId: '', path: '', now }).body.error;
  return {
    code: byCode[code] ?? rpcCodes.refused,
    message,
    data: { code, hint, retryable: error.retryable, ...(details === undefined ? {} : { details }) },
  };
}
