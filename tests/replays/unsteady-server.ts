import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface UnsteadyServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Answers after a random moment and never twice the same, so that nothing comes out equal by chance. */
export async function unsteadyServer(): Promise<UnsteadyServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const { pathname } = new URL(request.url!, 'http://a.test');
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (pathname === '/reset') return void response.destroy();
      const delayMs = pathname === '/slow' ? 60 : Math.random() * 4;
      setTimeout(() => {
        if (response.destroyed) return;
        response.statusCode = pathname === '/broken' ? [404, 429, 500, 503][requests % 4]! : 200;
        response.setHeader('content-type', requests % 3 === 0 ? 'text/plain' : 'application/json');
        response.end(JSON.stringify({ url: request.url, body, number: requests, random: Math.random(), text: '"\u00fc\u{1f600}\\ \n' }));
      }, delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
