import { connect } from 'node:net';

/** Three hops to the outside: of the newer kind two circuits are one, and one of them tells who uses both. */
const OUTSIDE =
  /^(\d+) BUILT (?!.*BUILD_FLAGS=\S*(?:ONEHOP_TUNNEL|IS_INTERNAL)).* PURPOSE=(?:GENERAL|CONFLUX_LINKED)\b/;

/** Circuits that a client has built to the outside and that nobody has used. */
export function countReady(circuits: string): number {
  const used = new Map<string, boolean>();
  for (const line of circuits.split(/\r?\n/)) {
    const id = OUTSIDE.exec(line)?.[1];
    if (id === undefined) continue;
    const name = / CONFLUX_ID=(\S+)/.exec(line)?.[1] ?? id;
    used.set(name, used.get(name) === true || line.includes(' SOCKS_USERNAME='));
  }
  return [...used.values()].filter((isUsed) => !isUsed).length;
}

/** Ask a client of ours on loopback, whose control port wants no password (control-spec §3). */
export function askCircuits(controlPort: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: controlPort });
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write('AUTHENTICATE\r\nGETINFO circuit-status\r\nQUIT\r\n');
  });
}
