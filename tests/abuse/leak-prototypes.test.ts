import { attack } from './attack.ts';

// Poison in a shared prototype would work in every later execution.
attack({
  name: 'changed prototypes do not outlive their execution',
  code: `return () => {
    Object.prototype.polluted = 'yes'; Array.prototype.map = () => ['stolen']; String.prototype.split = null; Function.prototype.call = () => 1;
    Promise.prototype.then = () => {}; Object.getPrototypeOf(async () => {}).extra = 1; Object.getPrototypeOf(function* () {}).extra = 1;
    Object.setPrototypeOf(Array.prototype, null); Object.freeze(RegExp.prototype); delete Math.max;
    return 'done';
  }`,
  expect: ['none', 'TASK_FAILED'],
});
