import type { Bytes } from '@sotto/bytes';
import type { Headers } from '@sotto/protocol';

export interface RawReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Bytes;
}

export interface RawRequest {
  readonly verb: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Bytes;
}
