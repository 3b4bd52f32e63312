/** What one end said to the other on one connection, in order and each byte once. */
export interface Stream {
  /** `address:port`. */
  readonly from: string;
  readonly to: string;
  readonly bytes: Buffer;
}

interface Segment {
  readonly sequence: number;
  readonly bytes: Buffer;
}

const FILE_HEADER = 24;
const PACKET_HEADER = 16;
const LITTLE_ENDIAN = 0xa1b2c3d4;
const TCP = 6;
/** Ethernet; loopback has that form on Linux, with addresses of zeros. */
const LINK_HEADER = 14;

/** Put the connections of a pcap file together (libpcap's classic form, IPv4, TCP). */
export function readCapture(file: Buffer): readonly Stream[] {
  if (file.readUInt32LE(0) !== LITTLE_ENDIAN) throw new Error('this is no capture as tcpdump writes it here');
  const connections = new Map<string, Segment[]>();
  for (let at = FILE_HEADER; at + PACKET_HEADER <= file.length; ) {
    const length = file.readUInt32LE(at + 8);
    const packet = file.subarray(at + PACKET_HEADER, at + PACKET_HEADER + length);
    at += PACKET_HEADER + length;
    const read = readPacket(packet);
    if (read === undefined) continue;
    const key = `${read.from} ${read.to}`;
    const segments = connections.get(key);
    if (segments === undefined) connections.set(key, [read]);
    else segments.push(read);
  }
  return [...connections].map(([key, segments]) => {
    const [from = '', to = ''] = key.split(' ');
    return { from, to, bytes: join(segments) };
  });
}

function readPacket(packet: Buffer): (Segment & { readonly from: string; readonly to: string }) | undefined {
  const ip = packet.subarray(LINK_HEADER);
  if (ip.length < 40 || ip.readUInt8(0) >> 4 !== 4 || ip.readUInt8(9) !== TCP) return undefined;
  const header = (ip.readUInt8(0) & 15) * 4;
  const tcp = ip.subarray(header, ip.readUInt16BE(2));
  const place = (at: number, port: number) =>
    `${[...ip.subarray(at, at + 4)].join('.')}:${tcp.readUInt16BE(port)}`;
  return {
    from: place(12, 0),
    to: place(16, 2),
    sequence: tcp.readUInt32BE(4),
    bytes: tcp.subarray((tcp.readUInt8(12) >> 4) * 4),
  };
}

/** Segments may come twice, overlap, and count past 2^32. */
function join(segments: readonly Segment[]): Buffer {
  const first = segments[0]?.sequence ?? 0;
  const placed = segments
    .filter(({ bytes }) => bytes.length > 0)
    .map(({ sequence, bytes }) => ({ at: (sequence - first) | 0, bytes }))
    .toSorted((left, right) => left.at - right.at);
  const parts: Buffer[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { at, bytes } of placed) {
    const fresh = bytes.subarray(Math.max(0, Math.min(bytes.length, end - at)));
    if (fresh.length > 0) parts.push(fresh);
    end = Math.max(end, at + bytes.length);
  }
  return Buffer.concat(parts);
}
