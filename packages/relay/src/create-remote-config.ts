import { toHex } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { formatRemoteConfig, HEADER } from '@sotto/protocol';
import { RelayError } from './errors.ts';
import { jsonReply, type Reply } from './http/call.ts';

/** What `GET /v2/config` answers, the same to everybody until the relay starts again. */
export interface RemoteConfigReply {
  /** As in `ETag`, quoted: a hash of the values. */
  readonly tag: string;
  readonly reply: Reply;
}

/** More is no list of switches; clients fetch it at every start and every few hours. */
const MAX_BYTES = 64 * 1024;

/** Names have words with dots between them, and a few an underscore. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const VALUE = /^[^\p{Cc}\p{Cs}]*$/u;

/**
 * What an operator sets for clients of Signal's make, `name: value`; Sotto's own never ask. Throws RelayError
 * `bad-remote-config` for what such a client could not read.
 */
export function createRemoteConfig(values: Readonly<Record<string, string>>): RemoteConfigReply {
  const entries = Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (!entries.every(([name, value]) => NAME.test(name) && VALUE.test(value))) throw bad();
  const { status, headers, body } = jsonReply(format(Object.fromEntries(entries)));
  if (body === undefined || body.length > MAX_BYTES) throw bad();
  const tag = `"${toHex(sha256(body)).slice(0, 16)}"`;
  return { tag, reply: { status, headers: new Map([...headers, [HEADER.entityTag, tag]]), body } };
}

function format(config: Readonly<Record<string, string>>): unknown {
  try {
    return formatRemoteConfig({ config });
  } catch (error) {
    throw bad(error);
  }
}

function bad(cause?: unknown): RelayError {
  return new RelayError(
    'bad-remote-config',
    'a remote setting has a name of letters, digits and dots, 128 at most, and a line of 4,096 characters at most; all of them 64 KiB',
    { cause },
  );
}
