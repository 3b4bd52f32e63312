import type { ClientHttp2Session } from 'node:http2';

/**
 * Destroy a session outside of whatever is going on in it. What follows an answer runs while Node's HTTP/2 is
 * still reading that answer's packet, and a session with many streams that is destroyed there takes the
 * process with it (seen with Node 20.20: "corrupted size vs. prev_size").
 */
export function endSession(session: ClientHttp2Session): void {
  setImmediate(() => session.destroy());
}
