import { NativeError, defineProperty } from './intrinsics.ts';

type McpErrorClass = new (message?: string) => Error;

let classes: { [name: string]: McpErrorClass } | null = null;

/** The error classes of tasks that may call MCP servers. McpError is the parent of the others. */
export function mcpErrors(): { [name: string]: McpErrorClass } {
  if (classes !== null) return classes;
  const named = (name: string, made: McpErrorClass): McpErrorClass => {
    defineProperty(made, 'name', { value: name, configurable: true });
    defineProperty(made.prototype, 'name', { value: name, configurable: true, writable: true });
    return made;
  };
  class McpError extends NativeError {}
  classes = {
    McpError: named('McpError', McpError),
    McpServerUnknownError: named('McpServerUnknownError', class extends McpError {}),
    McpToolUnknownError: named('McpToolUnknownError', class extends McpError {}),
    McpToolError: named('McpToolError', class extends McpError {}),
  };
  return classes;
}
