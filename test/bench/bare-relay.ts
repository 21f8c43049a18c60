import { Server } from 'socket.io';

/** The floor of signalling: a socket.io server that passes each message on and does nothing else. */
const io = new Server(Number(process.env['PORT'] ?? 0), { transports: ['websocket'] });
io.on('connection', (socket) => {
  socket.on('relay', (message: unknown, ack: () => void) => {
    socket.broadcast.emit('relayed', message);
    ack();
  });
  socket.on('relay-to', (id: string, message: unknown, ack: () => void) => {
    io.to(id).emit('relayed', message);
    ack();
  });
  socket.on('memory', (ack: (bytes: number) => void) => ack(process.memoryUsage.rss()));
});
const address = io.httpServer.address();
if (address === null || typeof address === 'string') throw new Error('no port');
process.stdout.write(`http://127.0.0.1:${address.port}\n`);
