import type { Channel, ChannelListener } from '@sotto/local-api';

/** Beyond this much unsent text a sender waits; the owner of the profile is on the same machine. */
const MAX_BUFFERED = 1024 * 1024;
const LOOK_AGAIN_MS = 20;

/** A WebSocket that is open as a channel of lines. */
export function webSocketChannel(socket: WebSocket): Channel {
  return {
    listen: (listener: ChannelListener) => {
      let told = false;
      const close = () => {
        if (told) return;
        told = true;
        listener.closed();
      };
      socket.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') listener.line(data);
        else socket.close();
      });
      socket.addEventListener('close', close);
      if (socket.readyState === WebSocket.CLOSED) close();
    },
    send: async (line) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(line);
      while (socket.readyState === WebSocket.OPEN && socket.bufferedAmount > MAX_BUFFERED) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
    },
    close: () => socket.close(),
  };
}
