import { connect, type Socket } from 'node:net';
import { Conversation } from './conversation.ts';
import { openWire } from './open-wire.ts';
import type { DialRequest, Shared } from './shared.ts';
import { toZ85 } from './z85.ts';

/** Connect to a node and wait for the end of the handshake; `undefined` when that fails or takes too long. */
export async function dial(shared: Shared, request: DialRequest): Promise<Conversation | undefined> {
  const { host, port, localAddress, timeout } = request;
  const connection = connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) });
  connection.on('error', () => undefined);
  const late = setTimeout(() => connection.destroy(), timeout);
  try {
    if (!(await connected(connection))) return undefined;
    return await shakeHands(shared, request, connection);
  } catch (error) {
    shared.failed(error);
    connection.destroy();
    return undefined;
  } finally {
    clearTimeout(late);
  }
}

function connected(connection: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    connection.once('connect', () => resolve(true));
    connection.once('close', () => resolve(false));
  });
}

async function shakeHands(
  shared: Shared,
  { key, host }: DialRequest,
  connection: Socket,
): Promise<Conversation | undefined> {
  const { keys, isNode, budget, patience, served } = shared;
  const id = shared.nextId();
  let conversation: Conversation | undefined;
  let handshaken = (): void => undefined;
  const ready = new Promise<boolean>((resolve) => {
    handshaken = () => resolve(true);
    connection.once('close', () => resolve(false));
  });
  const wire = await openWire({
    ...{ context: shared.context, folder: shared.folder.path, name: String(id), connection, handshaken },
    curve: {
      curveServerKey: toZ85(key),
      curvePublicKey: toZ85(keys.publicKey),
      curveSecretKey: toZ85(keys.secretKey),
    },
    came: (bytes) => conversation?.came(bytes),
  });
  if (!(await ready)) {
    wire.close();
    return undefined;
  }
  conversation = new Conversation({
    ...{ wire, id, key, address: host, isNode, incoming: false, budget, patience, served },
  });
  return conversation;
}
