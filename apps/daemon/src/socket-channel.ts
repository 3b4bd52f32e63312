import type { Socket } from 'node:net';
import { type Channel, type ChannelListener, LineSplitter, LocalApiError } from '@sotto/local-api';

/** A channel over a connected socket. A line that is too long or not UTF-8 ends it. */
export function socketChannel(socket: Socket): Channel {
  const splitter = new LineSplitter();
  let listener: ChannelListener | undefined;
  let problem: 'line-too-long' | 'not-utf8' | undefined;

  socket.pause();
  socket.on('data', (piece: Buffer) => {
    if (problem !== undefined) return;
    try {
      for (const line of splitter.push(piece)) listener?.line(line);
    } catch (error) {
      if (!(error instanceof LocalApiError)) throw error;
      problem = error.code === 'line-too-long' ? 'line-too-long' : 'not-utf8';
      socket.destroy();
    }
  });
  // A broken pipe is an end like any other; `close` follows.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    if (problem === undefined) listener?.closed();
    else listener?.closed(problem);
  });

  return {
    listen: (given) => {
      listener = given;
      socket.resume();
    },
    send: (line) =>
      new Promise((resolve) => {
        if (!socket.writable) resolve();
        else socket.write(`${line}\n`, () => resolve());
      }),
    close: () => {
      socket.end();
    },
  };
}
