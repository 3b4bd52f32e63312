import { MAX_ATTACHMENT_BYTES } from '@sotto/blobs';
import { toHex } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import {
  formatJson,
  formatRelayInfo,
  formatRemoteConfig,
  HEADER,
  MAX_MESSAGE_BYTES,
  MAX_RECORD_BYTES,
} from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, jsonReply, type Reply } from '../http/call.ts';

/** `GET /v1/sotto/relay`: what a client must know before it registers or writes to a stranger. */
export function relayInfo(context: RelayContext): Reply {
  const { registration, receipts, workBits, certificates, credentials, onionKeys, blobs } = context;
  return jsonReply(
    formatRelayInfo({
      registration,
      zkPublicParams: receipts.publicParams,
      workBits,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      maxRecordBytes: MAX_RECORD_BYTES,
      ...(blobs && { maxAttachmentBytes: MAX_ATTACHMENT_BYTES }),
      senderTrustRoot: certificates.trustRoot,
      onionKey: onionKeys.publicKey,
      genericPublicParams: credentials.genericPublicParams,
    }),
  );
}

/**
 * `GET /v2/config`: no remote switches; a server that can turn its clients' features is one too many. 304 for who has
 * that already.
 */
export function remoteConfig(_context: RelayContext, { headers }: Call): Reply {
  const tag = new Map([[HEADER.entityTag, CONFIG_TAG]]);
  if (named(headers.get(HEADER.ifNoneMatch))) return { status: 304, headers: tag };
  const { status, headers: json, body } = jsonReply(CONFIG);
  return { status, headers: new Map([...json, ...tag]), ...(body && { body }) };
}

const CONFIG = formatRemoteConfig({ config: {} });
const CONFIG_TAG = `"${toHex(sha256(formatJson(CONFIG))).slice(0, 16)}"`;

/** A weak tag is as good here (RFC 9110 §13.1.2). */
function named(tags: string | undefined): boolean {
  const given = tags?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return given?.some((tag) => tag === CONFIG_TAG || tag === '*') ?? false;
}
