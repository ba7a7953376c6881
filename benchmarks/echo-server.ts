// A process that answers whatever comes with the same few bytes, with no HTTP in between: shows what the load driver can do at most.
import { createServer, type AddressInfo } from 'node:net';

const answer = Buffer.from('HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"id":"12"}');

const server = createServer({ noDelay: true }, (socket) => {
  // The driver sends the next request only after the answer, and a request is one piece.
  socket.on('data', () => socket.write(answer));
  socket.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on('disconnect', () => process.exit());
