import type { Asking } from './asking.ts';

/** A JSON Schema of an object, as clients are shown it. */
export type ObjectSchema = Readonly<Record<string, unknown>> & { readonly type: 'object' };

/** What a client may be switched off: see `mcp.tools.*` and the permissions of keys. */
export type ToolKind = 'execute' | 'logs' | 'traces' | 'monitor' | 'develop' | 'debug';

/** What a tool may lean on while it runs for one client. */
export interface ToolContext {
  readonly ask: Asking;
  readonly signal: AbortSignal;
  /** When the call began, in milliseconds since 1970 UTC. */
  readonly now: number;
  /** Tells the client how far the call is; nothing happens where it did not ask for that. */
  readonly progress: (update: ProgressUpdate) => void;
  /** Asks the person behind the client; `cannot-ask` where the client has no way to. */
  readonly confirm: (question: string) => Promise<'yes' | 'no' | 'cannot-ask'>;
  /** Whether the client may see a task of this name. Lists leave out what it may not. */
  readonly maySee: (taskName: string) => boolean;
  readonly limits: ClientLimits;
}

export interface ProgressUpdate {
  /** From 0 to 1. */
  readonly progress: number;
  readonly message?: string;
  readonly step?: string;
  readonly stepNumber?: number;
  readonly totalSteps?: number;
  readonly data?: unknown;
  readonly executionId?: string;
  readonly taskId?: string;
}

export interface ClientLimits {
  readonly maxExecutionMs: number;
  readonly maxLogEntries: number;
  readonly maxTraceEntries: number;
}

export interface ToolAnswer {
  /** What the output schema says. */
  readonly structured: Readonly<Record<string, unknown>>;
  /** What is shown where only text is read; the structured answer as JSON unless given. */
  readonly text?: string;
  /** The tool did its work and what it did failed, such as a task that threw. */
  readonly isError?: boolean;
  /** Keys shown beside the content, such as `execution_id`, as older clients read them. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface McpTool {
  /** With underscores: `ratchet_execute_task`. Callers may write dots. */
  readonly name: string;
  readonly title: string;
  /** Written for a reader who cannot ask back: what it does, when to take it, what it does not. */
  readonly description: string;
  readonly kind: ToolKind;
  readonly input: ObjectSchema;
  readonly output: ObjectSchema;
  readonly hints: { readonly readOnly: boolean; readonly destructive: boolean; readonly idempotent: boolean; readonly openWorld: boolean };
  /** Parses, runs, answers. @throws RatchetError: REQUEST_INVALID for arguments that do not fit, else as the operations it calls. */
  readonly run: (input: unknown, context: ToolContext) => Promise<ToolAnswer>;
}

/** What is read of a resource: text, or bytes as base64. */
export interface ResourceContent {
  readonly uri: string;
  readonly mimeType: string;
  readonly text?: string;
  readonly blob?: string;
}

export interface McpResource {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
}

export interface McpResourceTemplate {
  /** RFC 6570 of level 1: `ratchet://tasks/{task}/code`. */
  readonly uriTemplate: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** Values of a variable that begin with what was typed. */
  readonly complete: (variable: string, typed: string, context: ToolContext) => Promise<readonly string[]>;
}

export interface McpPrompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[];
  readonly complete: (argument: string, typed: string, context: ToolContext) => Promise<readonly string[]>;
  readonly messages: (
    given: Readonly<Record<string, string>>,
    context: ToolContext,
  ) => Promise<readonly { readonly role: 'user' | 'assistant'; readonly text: string }[]>;
}

/** Everything that is offered to MCP clients, whatever the transport and the revision of the protocol. */
export interface McpOffer {
  readonly tools: readonly McpTool[];
  /** Tasks that ask to be tools of their own, as they are now. */
  readonly taskTools: (context: ToolContext) => Promise<readonly McpTool[]>;
  /** Resources that exist now, a page of them. */
  readonly resources: (
    after: string | null,
    context: ToolContext,
  ) => Promise<{ readonly resources: readonly McpResource[]; readonly next: string | null }>;
  readonly resourceTemplates: readonly McpResourceTemplate[];
  /** @returns null where there is no such resource */
  readonly read: (uri: string, context: ToolContext) => Promise<readonly ResourceContent[] | null>;
  readonly prompts: readonly McpPrompt[];
  /** What a client is told once, to find its way. */
  readonly instructions: string;
}
