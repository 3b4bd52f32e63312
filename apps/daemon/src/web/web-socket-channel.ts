import type { Channel, ChannelListener } from '@sotto/local-api';
import { WebSocket } from 'ws';

/** Of the library's reasons to end a connection (RFC 6455 §7.4.1), those that a listener is told. */
const PROBLEMS: Readonly<Record<string, 'line-too-long' | 'not-utf8'>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'line-too-long',
  WS_ERR_INVALID_UTF8: 'not-utf8',
};

/** A channel over an open WebSocket: one text message is one line. Its longest message is the server's affair. */
export function webSocketChannel(socket: WebSocket): Channel {
  const waiting: string[] = [];
  let listener: ChannelListener | undefined;
  let problem: 'line-too-long' | 'not-utf8' | undefined;
  let ended = false;
  const tellClosed = (): void => {
    if (problem === undefined) listener?.closed();
    else listener?.closed(problem);
  };

  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      socket.close(1003);
      return;
    }
    if (listener === undefined) waiting.push(String(data));
    else listener.line(String(data));
  });
  socket.on('error', (error: Error & { readonly code?: string }) => {
    problem ??= PROBLEMS[error.code ?? ''];
  });
  socket.on('close', () => {
    ended = true;
    tellClosed();
  });
  // Nothing is read until somebody listens, so that what waits here stays small.
  socket.pause();

  return {
    listen: (given) => {
      listener = given;
      for (const line of waiting.splice(0)) given.line(line);
      if (ended) queueMicrotask(tellClosed);
      else socket.resume();
    },
    send: (line) =>
      new Promise((resolve) => {
        if (socket.readyState !== WebSocket.OPEN) resolve();
        else socket.send(line, () => resolve());
      }),
    close: () => {
      socket.resume();
      socket.close();
    },
  };
}
