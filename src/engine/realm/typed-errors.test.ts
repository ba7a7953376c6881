import { describe, expect, it } from 'vitest';
import { runIn } from './realm-harness.ts';

describe('the typed errors', () => {
  it.each([
    ['AuthenticationError', 'Authentication failed'],
    ['AuthorizationError', 'Authorization failed'],
    ['NetworkError', 'Network error'],
    ['ValidationError', 'Validation error'],
    ['ConfigurationError', 'Configuration error'],
    ['RateLimitError', 'Rate limit exceeded'],
    ['ServiceUnavailableError', 'Service unavailable'],
    ['TimeoutError', 'Timeout error'],
    ['DataError', 'Data error'],
  ])('%s takes a message and has a default', async (name, message) => {
    const code = `() => { const e = new ${name}(), own = new ${name}('mine');
      return [e.message, own.message, e.name, ${name}.name, e instanceof ${name}, e instanceof Error, e.stack.split('\\n')[0], Object.keys(e), String(own)] }`;
    expect((await runIn(code)).output).toEqual([message, 'mine', name, name, true, true, `${name}: ${message}`, [], `${name}: mine`]);
  });

  it('HttpError takes the status first', async () => {
    const code = `() => { const e = new HttpError(404), own = new HttpError(500, 'mine'); return [e.status, e.message, own.status, own.message, e.name, e instanceof Error] }`;
    expect((await runIn(code)).output).toEqual([404, 'HTTP error', 500, 'mine', 'HttpError', true]);
  });

  it('can be thrown, extended and told apart', async () => {
    expect((await runIn(`() => { throw new RateLimitError('slow down') }`)).failure).toMatchObject({
      name: 'RateLimitError',
      message: 'slow down',
    });
    expect((await runIn(`() => { throw new HttpError(409, 'conflict') }`)).failure).toMatchObject({ name: 'HttpError', status: 409 });
    const code = `() => { class Mine extends DataError {} const e = new Mine('x'); return [e instanceof DataError, e instanceof NetworkError, e.name] }`;
    expect((await runIn(code)).output).toEqual([true, false, 'DataError']);
  });
});
