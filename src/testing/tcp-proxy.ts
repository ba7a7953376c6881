import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A connection between a client and a server that can go wrong when a test says so. */
export interface TcpProxy {
  /** `http://127.0.0.1:port`, without a trailing slash; stays the same whatever the server's is. */
  readonly url: string;
  /** How many connections were made so far. */
  readonly connections: number;
  /** Sends new connections to another server. */
  leadTo(url: string): void;
  /** Breaks every connection there is. */
  cut(): void;
  /**
   * Lets the next requests that begin so reach the server, and breaks their connections when its answer begins: it is lost.
   * @param beginning of a request, such as `POST /api/v1/jobs ` @returns settles when the last of them was lost
   */
  loseAnswersTo(beginning: string, count?: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of the loopback interface. @param url the server, such as `http://127.0.0.1:8080` */
export async function startTcpProxy(url: string): Promise<TcpProxy> {
  let target = new URL(url);
  let connections = 0;
  let losing: { readonly beginning: string; count: number; readonly done: () => void } | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    connections++;
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    let isLosing = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk: Buffer) => {
      isLosing = losing !== null && losing.count > 0 && chunk.toString('latin1').startsWith(losing.beginning);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (!isLosing || losing === null) return void client.write(chunk);
      losing.count--;
      if (losing.count === 0) losing.done();
      end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    leadTo: (other) => void (target = new URL(other)),
    cut,
    loseAnswersTo: (beginning, count = 1) => new Promise((resolve) => (losing = { beginning, count, done: resolve })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
