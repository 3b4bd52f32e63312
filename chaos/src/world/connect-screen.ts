import { connect, type Socket } from 'node:net';
import {
  type Channel,
  type ChannelListener,
  connectLocalApi,
  LineSplitter,
  type LocalApi,
} from '@sotto/local-api';

/** Speak the local API over the socket of a daemon that said that it is ready. */
export function connectScreen(path: string): Promise<LocalApi> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(connectLocalApi(channelOf(socket)));
    });
  });
}

function channelOf(socket: Socket): Channel {
  const splitter = new LineSplitter();
  let listener: ChannelListener | undefined;
  socket.pause();
  socket.on('data', (piece: Buffer) => {
    for (const line of splitter.push(piece)) listener?.line(line);
  });
  // A broken pipe is an end like any other; `close` follows.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => listener?.closed());
  return {
    listen: (given) => {
      listener = given;
      socket.resume();
    },
    send: (line) =>
      new Promise((resolve) => {
        if (socket.writable) socket.write(`${line}\n`, () => resolve());
        else resolve();
      }),
    close: () => {
      socket.end();
    },
  };
}
