import { type Bytes, utf8 } from '@sotto/bytes';

/** What goes back over HTTP. */
export interface HttpReply {
  readonly status: number;
  readonly type: 'application/json' | 'application/octet-stream' | 'text/plain';
  readonly body: Bytes;
  readonly headers?: Readonly<Record<string, string>>;
  /** This node's own refusal of work: a few words that it need not make room for. */
  readonly noRoom?: true;
}

export function textReply(status: number, text: string): HttpReply {
  return { status, type: 'text/plain', body: utf8(text) };
}

export function bytesReply(status: number, body: Bytes): HttpReply {
  return { status, type: 'application/octet-stream', body };
}
