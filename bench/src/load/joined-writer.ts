import type { Socket } from 'node:net';

/** Join what one turn of the event loop writes into one system call. */
export function joinedWriter(socket: Socket): (bytes: Buffer) => void {
  let corked = false;
  return (bytes) => {
    if (!corked) {
      corked = true;
      socket.cork();
      setImmediate(() => {
        corked = false;
        socket.uncork();
      });
    }
    socket.write(bytes);
  };
}
