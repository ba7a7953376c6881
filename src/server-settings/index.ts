export * from './errors.ts';
export { changeRules, ruleFor, type ChangeRule } from './change-rules.ts';
export type * from './running-settings.ts';
