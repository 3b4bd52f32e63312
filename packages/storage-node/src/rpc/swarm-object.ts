import { toHex } from '@sotto/bytes';
import type { DirectoryNode, Swarm } from '@sotto/directory';

/** Members of a swarm as `get_swarm` and the body of a 421 name them (session-protocol §3.9). */
export function swarmObject({ id, nodes }: Swarm): Readonly<Record<string, unknown>> {
  return { snodes: nodes.map(describeMember), swarm: id.toString(16) };
}

function describeMember(node: DirectoryNode): Readonly<Record<string, unknown>> {
  // Nodes of ours have one key; the original's older, separate one is asked for by its clients.
  const key = toHex(node.ed25519);
  return {
    address: `${base32z(node.ed25519)}.snode`,
    pubkey_legacy: key,
    pubkey_x25519: toHex(node.x25519),
    pubkey_ed25519: key,
    port: String(node.httpsPort),
    port_https: node.httpsPort,
    port_omq: node.omqPort,
    port_quic: node.omqPort,
    ip: node.ip,
  };
}

const ALPHABET = 'ybndrfg8ejkmcpqxot1uwisza345h769';

/** Human-oriented base-32 without padding: five bits a sign, the first bits first. */
export function base32z(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31];
}
