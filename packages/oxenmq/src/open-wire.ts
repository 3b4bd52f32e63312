import { once } from 'node:events';
import { unlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Context, Dealer, type SocketOptions } from 'zeromq';
import { HANDSHAKE_TIMEOUT, HEARTBEAT, HIGH_WATER, LINGER, MAX_FRAME_BYTES } from './constants.ts';

export interface Wire {
  /** Speaks ZMTP with the one at the other end of the connection, and with nobody else. */
  readonly socket: Dealer;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly gone: Promise<void>;
  /** Read nothing more from the connection, or go on. */
  hold(held: boolean): void;
  /** End it, when what was handed over is on its way or after a moment. */
  close(): void;
  /** End it now. */
  cut(): void;
}

export interface WireOptions {
  readonly context: Context;
  /** Folder that nobody else may look into. */
  readonly folder: string;
  readonly name: string;
  /** The connection, from or to the other node, whose errors somebody hears. Paused, if bytes have come. */
  readonly connection: Socket;
  readonly curve: SocketOptions<Dealer>;
  /** Hears of the end of the handshake. */
  handshaken?(): void;
  /** Hears of what is read from the connection. */
  came(bytes: number): void;
}

/**
 * Give a connection a socket of libzmq for itself. The package listens and dials only by itself and does not say
 * from whom a message is, so here it listens at a name in a folder of ours, and every byte goes through us: one
 * connection, one socket, one key.
 */
export async function openWire(options: WireOptions): Promise<Wire> {
  const { context, folder, name, connection, curve, handshaken, came } = options;
  const socket = new Dealer({
    ...{ context, linger: LINGER, maxMessageSize: MAX_FRAME_BYTES },
    ...{ sendHighWaterMark: HIGH_WATER, receiveHighWaterMark: HIGH_WATER },
    ...{ handshakeInterval: HANDSHAKE_TIMEOUT },
    ...{ heartbeatInterval: HEARTBEAT.interval, heartbeatTimeout: HEARTBEAT.timeout },
    ...curve,
  });
  if (handshaken !== undefined) socket.events.on('handshake', handshaken);
  const path = join(folder, name);
  let inside: Socket | undefined;
  try {
    await socket.bind(`ipc://${path}`);
    inside = connect(path);
    // A connection to what is closed before it has accepted is reset, at any time from here on.
    inside.on('error', () => undefined);
    await once(inside, 'connect');
    // Nobody else may come in by it.
    await unlink(path);
    return { socket, ...bridge(connection, inside, socket, came) };
  } catch (error) {
    inside?.destroy();
    socket.close();
    throw error;
  }
}

function bridge(
  connection: Socket,
  inside: Socket,
  socket: Dealer,
  came: (bytes: number) => void,
): Omit<Wire, 'socket'> {
  const closed = [connection, inside].map(
    (one) => new Promise<void>((resolve) => one.once('close', () => resolve())),
  );
  const pauses = { held: false, full: false };
  const flow = (changed: Partial<typeof pauses>): void => {
    Object.assign(pauses, changed);
    if (pauses.held || pauses.full) connection.pause();
    else connection.resume();
  };
  inside.on('drain', () => flow({ full: false }));
  connection.on('data', (bytes: Buffer) => {
    if (!inside.write(bytes)) flow({ full: true });
    came(bytes.length);
  });
  flow({});
  connection.once('close', () => inside.destroySoon());
  inside.pipe(connection);
  inside.once('close', () => connection.destroySoon());
  return {
    gone: Promise.all(closed).then(() => undefined),
    hold: (held) => flow({ held }),
    close: () => socket.close(),
    cut: () => {
      connection.destroy();
      inside.destroy();
      socket.close();
    },
  };
}
