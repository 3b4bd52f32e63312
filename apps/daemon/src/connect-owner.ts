import { connect, type Socket } from 'node:net';
import { connectLocalApi, type LocalApi, LocalApiError, type LocalEvent } from '@sotto/local-api';
import { socketChannel } from './socket-channel.ts';

/**
 * How long an owner may take to greet. It greets before doing anything else, so only a stopped or
 * starved process is slower.
 */
const GREETING_MS = 10_000;

export type Welcome = Extract<LocalEvent, { event: 'welcome' }>;

/**
 * Connect to whoever owns the profile. Undefined when nobody listens, or who listened went before
 * greeting; after the greeting an owner does not end before this screen has.
 */
export async function connectOwner(
  path: string,
  onWelcome: (welcome: Welcome) => void = () => undefined,
): Promise<LocalApi | undefined> {
  const socket = await connectSocket(path);
  if (socket === undefined) return undefined;
  const api = connectLocalApi(socketChannel(socket));
  let timer: NodeJS.Timeout | undefined;
  const greeted = new Promise<'greeted'>((resolve) => {
    const stop = api.onEvent((event) => {
      if (event.event !== 'welcome') return;
      stop();
      onWelcome(event);
      resolve('greeted');
    });
  });
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), GREETING_MS);
  });
  const outcome = await Promise.race([greeted, late, api.ended.then(() => 'gone' as const)]);
  clearTimeout(timer);
  if (outcome === 'greeted') return api;
  api.close();
  if (outcome === 'gone') return undefined;
  socket.destroy();
  throw new LocalApiError(
    'profile-in-use',
    'profile in use: its owner does not answer',
    'end the other sotto process of this profile and try again',
  );
}

function connectSocket(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const failed = (): void => resolve(undefined);
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      resolve(socket);
    });
  });
}
