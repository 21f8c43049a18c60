import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST_PORT = 8080;
const PORTS_TO_TRY = 20;

/**
 * The port of the demo's page: PORT, which must be free, or else the first free port from 8080 on. Checked before the
 * build, because a wrong PORT is the most likely mistake.
 */
export async function pagePort(text, { onProgress }) {
  if (text) {
    const port = portFrom(text);
    await tryPort(port).catch((error) => refusePort(port, error));
    return port;
  }
  for (let port = FIRST_PORT; ; port += 1) {
    try {
      await tryPort(port);
      return port;
    } catch (error) {
      const wasLast = port === FIRST_PORT + PORTS_TO_TRY;
      if (error.code !== 'EADDRINUSE' || wasLast) refusePort(port, error);
      onProgress(`Page: port ${port} is taken, trying ${port + 1}`);
    }
  }
}

/** @throws {Error} with a message for the user who set the port. */
export function refusePort(port, error) {
  if (error.code === 'EADDRINUSE') {
    throw new Error(
      `Port ${port} is in use by another program. Choose another one with PORT, as in ` +
        `"PORT=${port === 65_535 ? 8080 : port + 1} npm start"; PORT=0 takes any that is free.`,
    );
  }
  if (error.code === 'EACCES') {
    throw new Error(`Port ${port} needs a privilege: choose one from 1024 on with PORT.`);
  }
  throw error;
}

function portFrom(text) {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new Error(`PORT must be a whole number up to 65535, not "${text}"`);
  return port;
}

async function tryPort(port) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const closed = once(server, 'close');
  server.close();
  await closed;
}
