import { connect } from 'node:net';
import type { Dialect } from './dialect.ts';
import { FLOOR, FrameReader, floorFrame } from './floor-frames.ts';
import { joinedWriter } from './joined-writer.ts';

/** The floor: frames with a length, a kind, a user and a number. */
export const floorDialect: Dialect = {
  connect: (port, index, hearer) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      const write = joinedWriter(socket);
      const waiting = new Map<number, () => void>();
      let sent = 0;
      const reader = new FrameReader(({ kind, number, body }) => {
        if (kind === FLOOR.accepted) {
          waiting.get(number)?.();
          waiting.delete(number);
        } else if (kind === FLOOR.message) {
          write(floorFrame(FLOOR.received, index, number));
          hearer.message(body.toString('latin1'));
        } else if (kind === FLOOR.hello) {
          resolve({
            address: String(index),
            send: (to, text, accepted) => {
              waiting.set(++sent, accepted);
              write(floorFrame(FLOOR.message, Number(to), sent, Buffer.from(text, 'latin1')));
            },
            close: async () => void socket.destroy(),
          });
        }
      });
      socket.on('data', (data) => reader.read(data));
      socket.on('error', reject);
      socket.on('close', () => hearer.failed('the floor hung up'));
      write(floorFrame(FLOOR.hello, index, 0));
    }),
};
