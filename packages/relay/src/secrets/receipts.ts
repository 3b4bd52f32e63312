import {
  ClientZkReceiptOperations,
  ReceiptCredentialPresentation,
  ReceiptCredentialRequest,
  ReceiptSerial,
  ServerSecretParams,
  ServerZkReceiptOperations,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { hmacSha256, randomBytes, sha256 } from '@sotto/crypto';
import { RECEIPT_LEVEL_LOGIN, RECEIPT_PERIOD } from '@sotto/protocol';
import { DAY } from '../constants.ts';
import type { RelaySecrets } from './relay-secrets.ts';

/** A presentation that verifies, is of the level that registers, and has not ended. */
export interface GoodReceipt {
  readonly serial: Bytes;
  readonly endsDay: number;
}

/**
 * Receipt credentials (reference: signal-service §2.4): issued blind for a ticket, shown later on
 * another connection. What is shown cannot be joined to what was issued, not even by the issuer.
 */
export interface Receipts {
  readonly publicParams: Bytes;
  /** The same answer for the same ticket, request and end. Undefined for a malformed or unsound request. */
  issue(ticketHash: Bytes, request: Bytes, endsDay: number): Bytes | undefined;
  /** Undefined for anything that does not verify or is over. */
  verify(presentation: Bytes, now: number): GoodReceipt | undefined;
  /** Both sides in one place, for `invite --presentation`. Linkable, unlike what clients make. */
  present(now: number): Bytes;
}

const ISSUE_LABEL = utf8('sotto receipt issue v1');
const SECONDS_PER_DAY = DAY / 1000;

/**
 * The day on which receipts issued now end, 30 to 60 days away. On a coarse grid: everybody who swaps a
 * ticket in one period holds a receipt with the same end, which tells nothing about when it was issued.
 */
export function receiptEndDay(now: number): number {
  return ((Math.floor(now / RECEIPT_PERIOD) + 2) * RECEIPT_PERIOD) / DAY;
}

export function createReceipts({
  zkParams,
  issueSeed,
}: Pick<RelaySecrets, 'zkParams' | 'issueSeed'>): Receipts {
  const secretParams = new ServerSecretParams(zkParams.expose());
  const publicParams = secretParams.getPublicParams();
  const server = new ServerZkReceiptOperations(secretParams);
  const level = BigInt(RECEIPT_LEVEL_LOGIN);

  return {
    publicParams: asBytes(publicParams.serialize()),

    issue: (ticketHash, request, endsDay) => {
      const day = new Uint8Array(8);
      new DataView(day.buffer).setBigUint64(0, BigInt(endsDay));
      const random = hmacSha256(
        issueSeed.expose(),
        concatBytes(ISSUE_LABEL, ticketHash, sha256(request), day),
      );
      try {
        const parsed = new ReceiptCredentialRequest(request);
        const response = server.issueReceiptCredentialWithRandom(
          random,
          parsed,
          endsDay * SECONDS_PER_DAY,
          level,
        );
        return asBytes(response.serialize());
      } catch {
        return undefined;
      }
    },

    verify: (bytes, now) => {
      try {
        const presentation = new ReceiptCredentialPresentation(bytes);
        server.verifyReceiptCredentialPresentation(presentation);
        const endsAt = presentation.getReceiptExpirationTime() * 1000;
        if (presentation.getReceiptLevel() !== level || now > endsAt) return undefined;
        return {
          serial: asBytes(presentation.getReceiptSerialBytes().serialize()),
          endsDay: Math.ceil(endsAt / DAY),
        };
      } catch {
        return undefined;
      }
    },

    present: (now) => {
      const client = new ClientZkReceiptOperations(publicParams);
      const context = client.createReceiptCredentialRequestContext(
        new ReceiptSerial(randomBytes(ReceiptSerial.SIZE)),
      );
      const ends = receiptEndDay(now) * SECONDS_PER_DAY;
      const response = server.issueReceiptCredential(context.getRequest(), ends, level);
      const credential = client.receiveReceiptCredential(context, response);
      return asBytes(client.createReceiptCredentialPresentation(credential).serialize());
    },
  };
}
