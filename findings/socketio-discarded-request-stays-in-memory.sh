#!/usr/bin/env bash
# socket.io 4.8.4: discarding the first request, as its page on memory usage shows, frees nothing over WebSocket.
#
# Packages:  socket.io 4.8.4 with engine.io 6.6.12, socket.io-client 4.8.4 (npm), Node of the system.
# Input:     a server with `io.engine.on('connection', (socket) => { socket.request = null; })`, and without; twenty
#            clients that are connected over WebSocket.
# Expected:  with it no IncomingMessage stays in memory, without it one for each client.
# Seen:      one for each client, with it and without. The server makes a response object of each upgrade for its
#            middlewares. A listener for the end of the TCP socket keeps that object, and with it the request.
#
# Exit: 0 while the behaviour is as seen, 1 when it is another.
set -euo pipefail

FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact socket.io@4.8.4 engine.io@6.6.12 socket.io-client@4.8.4

cat >server.mjs <<'EOF'
import { IncomingMessage } from 'node:http';
import { queryObjects } from 'node:v8';
import { Server } from 'socket.io';

const io = new Server(0, { transports: ['websocket'] });
if (process.argv[2] === 'discard') {
  io.engine.on('connection', (socket) => {
    socket.request = null;
  });
}
io.on('connection', (socket) =>
  socket.on('count', (answer) => answer(queryObjects(IncomingMessage, { format: 'count' }))),
);
console.log(io.httpServer.address().port);
EOF

cat >clients.mjs <<'EOF'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const kept = {};
for (const mode of ['keep', 'discard']) {
  const server = spawn(process.execPath, ['server.mjs', mode], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [port] = await once(createInterface({ input: server.stdout }), 'line');
  const sockets = [];
  for (let count = 0; count < 20; count += 1) {
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
    await new Promise((resolve) => socket.once('connect', resolve));
    sockets.push(socket);
  }
  kept[mode] = await sockets[0].emitWithAck('count');
  for (const socket of sockets) socket.disconnect();
  server.kill();
}
console.log(`requests in memory with 20 clients: ${kept.keep}, and ${kept.discard} when they are discarded`);
process.exit(kept.keep === 20 && kept.discard === 20 ? 0 : 1);
EOF
node clients.mjs
