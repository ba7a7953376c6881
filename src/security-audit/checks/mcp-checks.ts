import { named, type SecurityCheck } from '../security-check.ts';

/** What models and their programs may do. */
export const mcpChecks: readonly SecurityCheck[] = [
  {
    id: 'mcp-unlimited-keys',
    setting: 'mcp.authentication.api_keys',
    look({ mcp }) {
      if (!mcp.isEnabled || mcp.keysWithoutPermissions.length === 0) return null;
      return {
        severity: 'medium',
        what: `Keys of MCP clients may do everything: ${named(mcp.keysWithoutPermissions)}.`,
        advice: 'Give each key permissions: what is not named in them is not allowed.',
      };
    },
  },
  {
    id: 'mcp-endless-keys',
    setting: 'mcp.authentication.api_keys',
    look({ mcp }) {
      if (!mcp.isEnabled || mcp.keysWithoutEnd.length === 0) return null;
      return {
        severity: 'low',
        what: `Keys of MCP clients never expire: ${named(mcp.keysWithoutEnd)}.`,
        advice: 'Give each key an expires_at, and replace it before.',
      };
    },
  },
  {
    id: 'mcp-anonymous-authors',
    setting: 'mcp.authentication.method',
    look({ mcp }) {
      if (!mcp.isEnabled || mcp.method !== 'none' || !mcp.mayDevelop) return null;
      return {
        severity: 'low',
        what: 'MCP clients that nobody knows may write tasks and run them.',
        advice: 'Set mcp.authentication.method to token or api_key, or mcp.tools.enable_development to false.',
      };
    },
  },
  {
    id: 'mcp-filter-lets-in',
    setting: 'mcp.security.ip_filtering.default_policy',
    look({ mcp }) {
      if (!mcp.isEnabled || !mcp.filter.isEnabled || mcp.filter.defaultPolicy !== 'allow') return null;
      return {
        severity: 'medium',
        what: 'MCP clients are judged by their address, and those of addresses that are not named are let in.',
        advice: 'Set mcp.security.ip_filtering.default_policy to deny.',
      };
    },
  },
  {
    id: 'mcp-calls-not-logged',
    setting: 'mcp.security.audit_log_enabled',
    look({ mcp }) {
      if (!mcp.isEnabled || mcp.isAudited) return null;
      return {
        severity: 'medium',
        what: 'Calls of MCP clients leave no line in the log: nobody can tell later what a model did.',
        advice: 'Set mcp.security.audit_log_enabled to true.',
      };
    },
  },
];
