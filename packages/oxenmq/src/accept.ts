import type { Socket } from 'node:net';
import type { Bytes } from '@sotto/bytes';
import { HANDSHAKE_TIMEOUT, MAX_HANDSHAKE_BYTES } from './constants.ts';
import { Conversation } from './conversation.ts';
import { openWire } from './open-wire.ts';
import type { Shared } from './shared.ts';
import { toZ85 } from './z85.ts';

/** How every ZMTP 3 connection begins, whoever made it. */
const SIGNATURE = Buffer.from('ff00000000000000017f', 'hex');

/**
 * Take a connection that somebody has made; `undefined` when it is given up, for it speaks something else, is not
 * let in or is too slow. Rejects when a socket for it cannot be made.
 */
export async function accept(
  shared: Shared,
  connection: Socket,
  address: string,
): Promise<Conversation | undefined> {
  const late = setTimeout(() => connection.destroy(), HANDSHAKE_TIMEOUT);
  try {
    // A socket of libzmq costs more than a connection: only for whoever begins as one should.
    const first = await firstBytes(connection);
    if (first === undefined || !isSignature(first)) {
      shared.count('refused');
      connection.destroy();
      return undefined;
    }
    connection.unshift(first);
    return await shakeHands(shared, connection, address);
  } finally {
    clearTimeout(late);
  }
}

/** The first octet and the last of the signature are fixed; between them is a length that nobody reads. */
function isSignature(bytes: Buffer): boolean {
  return bytes[0] === SIGNATURE[0] && bytes[9] === SIGNATURE[9];
}

/** Ten bytes at least, or `undefined` when the connection ends before. */
async function firstBytes(connection: Socket): Promise<Buffer | undefined> {
  for (;;) {
    const bytes = connection.read(SIGNATURE.length) as Buffer | null;
    if (bytes !== null) return bytes.length < SIGNATURE.length ? undefined : bytes;
    if (connection.destroyed || connection.readableEnded) return undefined;
    await more(connection);
  }
}

function more(connection: Socket): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      connection.off('readable', end);
      connection.off('close', end);
      resolve();
    };
    connection.on('readable', end);
    connection.on('close', end);
  });
}

async function shakeHands(
  shared: Shared,
  connection: Socket,
  address: string,
): Promise<Conversation | undefined> {
  const { keys, isNode, admits, zap, budget, patience, served, count } = shared;
  const id = shared.nextId();
  const name = String(id);
  const proved = new Promise<Bytes | undefined>((resolve) => {
    zap.expect(name, (key) => {
      const lets = admits?.(key) ?? true;
      resolve(lets ? key : undefined);
      return lets;
    });
    connection.once('close', () => resolve(undefined));
  });
  let conversation: Conversation | undefined;
  let early = 0;
  const came = (bytes: number): void => {
    early += bytes;
    if (conversation !== undefined) conversation.came(bytes);
    else if (early > MAX_HANDSHAKE_BYTES) connection.destroy();
  };
  try {
    const wire = await openWire({
      ...{ context: shared.context, folder: shared.folder.path, name, connection, came },
      curve: { curveServer: true, curveSecretKey: toZ85(keys.secretKey), zapDomain: name },
    });
    const key = await proved;
    if (key === undefined) {
      count('refused');
      wire.close();
      return undefined;
    }
    count('accepted');
    conversation = new Conversation({
      wire,
      id,
      key,
      address,
      isNode,
      incoming: true,
      budget,
      patience,
      served,
    });
    return conversation;
  } finally {
    zap.forget(name);
  }
}
