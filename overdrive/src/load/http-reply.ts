export interface HttpReply {
  readonly status: number;
  /** Seconds, if it says so. */
  readonly retryAfter: number | undefined;
  readonly body: Buffer;
  /** Bytes of all of it. */
  readonly length: number;
}

/** A reply of HTTP/1.1 with an announced length, or undefined while it is not whole. */
export function readReply(bytes: Buffer): HttpReply | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString('latin1');
  const announced = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  const length = end + 4 + announced;
  if (bytes.length < length) return undefined;
  const again = /^retry-after: *(\d+)/im.exec(head)?.[1];
  return {
    status: Number(head.split(' ')[1]),
    retryAfter: again === undefined ? undefined : Number(again),
    body: bytes.subarray(end + 4, length),
    length,
  };
}
