import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { Server } from 'socket.io';

/** The same commit as that of a call: durable before a client is notified. null: nothing is written. */
const commit = process.env['RELAY_DATABASE'] ? committing(process.env['RELAY_DATABASE']) : null;

/**
 * The floor of signalling: a socket.io server that passes each message on and does nothing else, or first commits
 * as many rows as a call has.
 */
const io = new Server(Number(process.env['PORT'] ?? 0), { transports: ['websocket'] });
io.on('connection', (socket) => {
  socket.on('relay', (message: unknown, ack: () => void) => {
    socket.broadcast.emit('relayed', message);
    ack();
  });
  socket.on('relay-committed', (message: unknown, ack: () => void) => {
    commit?.(JSON.stringify(message));
    socket.broadcast.emit('relayed', message);
    ack();
  });
  socket.on('relay-to', (id: string, message: unknown, ack: () => void) => {
    io.to(id).emit('relayed', message);
    ack();
  });
  socket.on('relay-to-committed', (id: string, message: unknown, ack: () => void) => {
    commit?.(JSON.stringify(message));
    io.to(id).emit('relayed', message);
    ack();
  });
  socket.on('memory', (ack: (bytes: number) => void) => ack(process.memoryUsage.rss()));
});
const address = io.httpServer.address();
if (address === null || typeof address === 'string') throw new Error('no port');
process.stdout.write(`http://127.0.0.1:${address.port}\n`);

/** A call, two members, a command and a job: five rows in one durable transaction. */
function committing(file: string): (text: string) => void {
  const database = new DatabaseSync(file);
  database.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table if not exists rows (id text primary key, kind text not null, text text not null) strict`);
  const insert = database.prepare('insert into rows values (?, ?, ?)');
  return (text) => {
    database.exec('begin immediate');
    for (const kind of ['call', 'caller', 'callee', 'command', 'job'])
      insert.run(randomUUID(), kind, text);
    database.exec('commit');
  };
}
