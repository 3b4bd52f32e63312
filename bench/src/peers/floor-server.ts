import { createServer, type Socket } from 'node:net';
import { FLOOR, FrameReader, floorFrame } from '../load/floor-frames.ts';
import { joinedWriter } from '../load/joined-writer.ts';

/**
 * The floor: the least that a relay in Node can do. Plain `node:net`, everything in memory, nothing durable:
 * keep a message until its receiver has said so, hand it over at once, tell the sender that it was taken.
 */
const users = new Map<number, (bytes: Buffer) => void>();
const kept = new Map<number, Buffer>();
let taken = 0;

function serve(socket: Socket): void {
  const write = joinedWriter(socket);
  const reader = new FrameReader(({ kind, user, number, body }) => {
    if (kind === FLOOR.hello) {
      users.set(user, write);
      write(floorFrame(FLOOR.hello, user, 0));
    } else if (kind === FLOOR.message) {
      const frame = floorFrame(FLOOR.message, user, ++taken, body);
      kept.set(taken, frame);
      users.get(user)?.(frame);
      write(floorFrame(FLOOR.accepted, user, number));
    } else {
      kept.delete(number);
    }
  });
  socket.on('data', (data) => reader.read(data));
  socket.on('error', () => socket.destroy());
}

const server = createServer({ noDelay: true }, serve);
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'));
