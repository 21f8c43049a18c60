import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Free ports of loopback, all different, chosen by the system. */
export async function freePorts({ tcp = 0, udp = 0 }) {
  const held = await Promise.all([
    ...Array.from({ length: tcp }, holdTcp),
    ...Array.from({ length: udp }, holdUdp),
  ]);
  // All are open until the last one is known, so that no two are the same.
  await Promise.all(held.map((one) => one.release()));
  const ports = held.map((one) => one.port);
  return { tcp: ports.slice(0, tcp), udp: ports.slice(tcp) };
}

async function holdTcp() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, release: () => closed(server) };
}

async function holdUdp() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, release: () => closed(socket) };
}

async function closed(socket) {
  const done = once(socket, 'close');
  socket.close();
  await done;
}
