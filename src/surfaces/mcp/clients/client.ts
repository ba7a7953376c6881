import { localCaller, type Caller, type Settings } from '#kernel/index.ts';
import type { ClientLimits, ToolKind } from '../offer.ts';
import {
  mcpConcurrentExecutions,
  mcpExecutePerMinute,
  mcpMaxExecution,
  mcpRequestBytes,
  mcpResponseBytes,
  toolSwitches,
} from '../settings.ts';
import type { ClientPermissions } from './client-permissions.ts';
import { matchesPattern } from './task-pattern.ts';

/** One kind of request whose rate is limited. */
export type RateKind = 'total' | 'execute' | 'logs' | 'traces';

/** Whoever speaks MCP to the server, and what it may do. */
export interface McpClient {
  /** Tells clients apart: of sessions, rates and tasks. */
  readonly id: string;
  /** A name a person recognises in the log. */
  readonly name: string;
  readonly caller: Caller;
  /** Whether its key has its own bounds for sessions. */
  readonly isNamed: boolean;
  /** @returns null where it may call tools of the kind, else what would have to be set */
  readonly refusal: (kind: ToolKind) => { readonly needs: string; readonly isOff: boolean } | null;
  readonly seesEveryTask: boolean;
  readonly maySee: (taskName: string) => boolean;
  /** Null: no limit but that of the server as a whole. */
  readonly perMinute: Readonly<Record<RateKind, number | null>>;
  readonly limits: ClientLimits & {
    readonly maxMemoryMb: number | null;
    readonly maxConcurrentExecutions: number;
    readonly maxRequestBytes: number;
    readonly maxResponseBytes: number;
  };
}

interface KindRule {
  readonly permission: keyof ClientPermissions;
  readonly toolSwitch: keyof typeof toolSwitches;
  /** What operations ask a caller for who may call tools of the kind. */
  readonly grants: readonly string[];
}

const kindRules: Readonly<Record<ToolKind, KindRule>> = {
  monitor: { permission: 'can_monitor', toolSwitch: 'monitoring', grants: ['*:read'] },
  execute: {
    permission: 'can_execute_tasks',
    toolSwitch: 'execution',
    grants: ['*:read', 'task:run', 'execution:*', 'job:*'],
  },
  logs: { permission: 'can_read_logs', toolSwitch: 'logging', grants: ['*:read'] },
  traces: { permission: 'can_read_traces', toolSwitch: 'logging', grants: ['*:read'] },
  develop: {
    permission: 'can_develop_tasks',
    toolSwitch: 'development',
    grants: ['*:read', 'task:*', 'template:*', 'repository:sync', 'repository:refresh'],
  },
  debug: { permission: 'can_debug_tasks', toolSwitch: 'debugging', grants: ['*:read', 'task:run', 'task:debug', 'execution:create'] },
};
const kinds = Object.keys(kindRules) as ToolKind[];

const mostLogEntries = 1_000;
const mostTraceEntries = 1_000;

/** The person at this machine, or whoever reaches a server that asks nobody who they are. */
export function openClient(settings: Settings, name: 'local' | 'anonymous'): McpClient {
  return clientOf(settings, { id: name, name, isNamed: false, caller: { ...localCaller, name: `mcp:${name}` }, permissions: null });
}

/** A client with a key. @param permissions null: everything */
export function keyClient(settings: Settings, name: string, permissions: ClientPermissions | null): McpClient {
  const granted = kinds.filter((kind) => isGranted(kind, permissions)).flatMap((kind) => kindRules[kind].grants);
  const caller: Caller = {
    kind: 'key',
    name: `mcp:${name}`,
    tenant: localCaller.tenant,
    permissions: permissions === null ? ['*:*'] : [...new Set(granted)],
  };
  return clientOf(settings, { id: `key:${name}`, name, isNamed: true, caller, permissions });
}

interface Said {
  readonly id: string;
  readonly name: string;
  readonly isNamed: boolean;
  readonly caller: Caller;
  readonly permissions: ClientPermissions | null;
}

function clientOf(settings: Settings, { permissions, ...said }: Said): McpClient {
  const rates = permissions?.rate_limits ?? {};
  const quotas = permissions?.resource_quotas ?? {};
  const patterns = permissions === null ? ['*'] : (permissions.allowed_task_patterns ?? ['*']);
  return {
    ...said,
    refusal(kind) {
      const { permission, toolSwitch } = kindRules[kind];
      if (!settings.get(toolSwitches[toolSwitch])) return { needs: toolSwitches[toolSwitch].key, isOff: true };
      return isGranted(kind, permissions) ? null : { needs: permission, isOff: false };
    },
    seesEveryTask: patterns.includes('*'),
    maySee: (taskName) => patterns.some((pattern) => matchesPattern(pattern, taskName)),
    perMinute: {
      total: rates.total_requests_per_minute ?? null,
      execute: rates.execute_task_per_minute ?? settings.get(mcpExecutePerMinute),
      logs: rates.get_logs_per_minute ?? null,
      traces: rates.get_traces_per_minute ?? null,
    },
    limits: {
      maxExecutionMs: 1_000 * Math.min(settings.get(mcpMaxExecution), quotas.max_execution_time_secs ?? Infinity),
      maxLogEntries: Math.min(mostLogEntries, quotas.max_log_entries_per_request ?? Infinity),
      maxTraceEntries: Math.min(mostTraceEntries, quotas.max_trace_entries_per_request ?? Infinity),
      maxMemoryMb: quotas.max_memory_mb ?? null,
      maxConcurrentExecutions: rates.max_concurrent_executions ?? settings.get(mcpConcurrentExecutions),
      maxRequestBytes: Math.min(settings.get(mcpRequestBytes), quotas.max_request_size_bytes ?? Infinity),
      maxResponseBytes: Math.min(settings.get(mcpResponseBytes), quotas.max_response_size_bytes ?? Infinity),
    },
  };
}

function isGranted(kind: ToolKind, permissions: ClientPermissions | null): boolean {
  if (permissions === null) return true;
  return permissions[kindRules[kind].permission] === true || (kind === 'monitor' && permissions.can_monitor === undefined);
}
