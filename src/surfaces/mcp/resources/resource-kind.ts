import type { McpResourceTemplate, ResourceContent, ToolContext } from '../offer.ts';

/** A form of address, and how what is behind one is read. */
export interface ResourceKind extends McpResourceTemplate {
  /** @throws as the operations it calls */
  readonly read: (values: Readonly<Record<string, string>>, context: ToolContext) => Promise<Omit<ResourceContent, 'uri'>>;
}

export const asJson = (value: unknown): Omit<ResourceContent, 'uri'> => ({
  mimeType: 'application/json',
  text: JSON.stringify(value, null, 2),
});
