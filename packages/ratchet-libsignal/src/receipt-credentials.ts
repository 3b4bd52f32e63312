import {
  ClientZkReceiptOperations,
  ReceiptCredentialResponse,
  ReceiptSerial,
  ServerPublicParams,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes, brandBytes } from '@sotto/bytes';
import { RECEIPT_LEVEL_LOGIN, RECEIPT_PERIOD } from '@sotto/protocol';

/** Request 32, serial 16, presentation 32 bytes. */
const RANDOMNESS = 80;

const DAY = 24 * 60 * 60 * 1000;
/** For clocks that differ, and for a swap that is repeated after a crash. */
const GRACE = DAY;

/**
 * The blind credentials with which one registers at a relay, made by zkgroup (reference:
 * signal-service §2.4). Here because only libsignal has them; the relay road declares the port, and
 * this has its form.
 *
 * The relay chooses level and expiry, and both are shown again at registration. A relay could give
 * each ticket an expiry of its own and so tell the accounts apart: only the login level is accepted, and
 * only the end that everybody's receipts of these days have. Within a day of the turn of the period two
 * ends are possible, and a relay could mark a ticket with one bit.
 *
 * The public parameters could mark a ticket too. That they are everybody's cannot be seen from here; the
 * road compares them on the connection that registers (decision 0004).
 */
export const receiptCredentials = {
  /** `undefined` for public parameters that cannot be read. */
  request(publicParams: Bytes, randomness: Bytes) {
    brandBytes(randomness, RANDOMNESS, 'Receipt randomness');
    const params = attempt(() => new ServerPublicParams(publicParams));
    if (!params) return undefined;
    const operations = new ClientZkReceiptOperations(params);
    const context = operations.createReceiptCredentialRequestContextWithRandom(
      randomness.slice(0, 32),
      new ReceiptSerial(randomness.slice(32, 48)),
    );
    return {
      bytes: asBytes(context.getRequest().serialize()),
      /** `undefined` for a credential that does not verify or stands out. */
      present(issued: Bytes, now: number): Bytes | undefined {
        const credential = attempt(() =>
          operations.receiveReceiptCredential(context, new ReceiptCredentialResponse(issued)),
        );
        if (credential?.getReceiptLevel() !== BigInt(RECEIPT_LEVEL_LOGIN)) return undefined;
        if (!isCommonEnd(credential.getReceiptExpirationTime() * 1000, now)) return undefined;
        const presentation = operations.createReceiptCredentialPresentationWithRandom(
          randomness.slice(48),
          credential,
        );
        return asBytes(presentation.serialize());
      },
    };
  },
};

function isCommonEnd(end: number, now: number): boolean {
  return end === endOf(now - GRACE) || end === endOf(now + GRACE);
}

/** When a receipt that is issued at this time ends: one to two periods ahead (spec: docs/spec/relay.md). */
function endOf(issuedAt: number): number {
  return (Math.floor(issuedAt / RECEIPT_PERIOD) + 2) * RECEIPT_PERIOD;
}

/** libsignal throws for bytes of a relay that are not what they should be; here that is a value. */
function attempt<Result>(make: () => Result): Result | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
