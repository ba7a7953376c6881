import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { startHttpStub } from './http-stub.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';

describe('the HTTP stub', () => {
  it('serves its ready-made routes and those of the test, and keeps what was asked', async () => {
    const stub = await startHttpStub({ '/mine': ({ body }, response) => void response.end(body) });
    try {
      expect(await (await fetch(`${stub.url}/mine`, { method: 'POST', body: 'hello' })).text()).toBe('hello');
      expect((await fetch(`${stub.url}/status/418`)).status).toBe(418);
      expect((await fetch(`${stub.url}/nowhere`)).status).toBe(404);
      expect(stub.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /mine', 'GET /status/418', 'GET /nowhere']);
    } finally {
      await stub.close();
    }
  });

  it('closes even while a route is still sending', async () => {
    const stub = await startHttpStub();
    const response = await fetch(`${stub.url}/drip`);
    await stub.close();
    await expect(response.text()).rejects.toThrow('terminated');
    expect(stub.openConnections()).toBe(0);
  });

  it('speaks TLS with a certificate that a client may choose to trust', async () => {
    const stub = await startHttpStub({}, { tls: true });
    try {
      const status = await new Promise((resolve, reject) => {
        const call = request(`${stub.url}/json`, { rejectUnauthorized: false, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        call.on('error', reject).end();
      });
      expect(status).toBe(200);
    } finally {
      await stub.close();
    }
  });
});

describe('a self-signed certificate', () => {
  it('is valid for its names and addresses and signed by its own key', () => {
    const { cert } = selfSignedCertificate(['stub.test', 'localhost'], ['127.0.0.1']);
    const parsed = new X509Certificate(cert);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.checkHost('stub.test')).toBe('stub.test');
    expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(parsed.checkHost('other.test')).toBeUndefined();
    expect(Date.parse(parsed.validTo)).toBeGreaterThan(Date.now());
  });
});
