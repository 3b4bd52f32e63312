import { MAX_ATTACHMENT_BYTES } from '@sotto/blobs';
import { formatRelayInfo, MAX_MESSAGE_BYTES, MAX_RECORD_BYTES } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { jsonReply, type Reply } from '../http/call.ts';

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
