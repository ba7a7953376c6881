import { listTemplatesOperation, showTemplateOperation } from '#tasks/templates/operations.ts';
import { asJson, type ResourceKind } from './resource-kind.ts';

/** What tasks can be generated from. */
export const templateResources: readonly ResourceKind[] = [
  {
    uriTemplate: 'ratchet://templates/{template}',
    name: 'template',
    title: 'Template',
    description: 'A template of tasks with its parameters, code and schemas.',
    mimeType: 'application/json',
    async complete(_variable, typed, { ask, signal }) {
      const { templates } = await ask.call(listTemplatesOperation, {}, { signal });
      return templates.map(({ name }) => name).filter((name) => name.startsWith(typed));
    },
    read: async ({ template }, { ask, signal }) => asJson(await ask.call(showTemplateOperation, { name: template! }, { signal })),
  },
];
