import {
  ReceiptCredentialPresentation,
  ReceiptCredentialRequest,
  ServerSecretParams,
  ServerZkReceiptOperations,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiptCredentials } from './receipt-credentials.ts';

const DAY = 86_400;
/** Seconds; on the grid, 40 days after NOW. */
const END = 690 * 30 * DAY;
const NOW = (END - 40 * DAY) * 1000;
const secrets = ServerSecretParams.generate();
const publicParams = asBytes(secrets.getPublicParams().serialize());
const server = new ServerZkReceiptOperations(secrets);
const randomness = new Uint8Array(80).fill(5);

function issue(request: Bytes, expiry = END, level = 300n): Bytes {
  return asBytes(
    server.issueReceiptCredential(new ReceiptCredentialRequest(request), expiry, level).serialize(),
  );
}

describe('receipt credentials', () => {
  it('make a presentation that the relay verifies and has not seen before', () => {
    const request = receiptCredentials.request(publicParams, randomness);
    const presentation = request?.present(issue(request.bytes), NOW);
    const shown = new ReceiptCredentialPresentation(presentation ?? new Uint8Array(0));
    server.verifyReceiptCredentialPresentation(shown);
    expect(shown.getReceiptLevel()).toBe(300n);
    expect(shown.getReceiptSerialBytes().serialize()).toEqual(randomness.slice(32, 48));
    expect(Buffer.from(request?.bytes ?? []).includes(Buffer.from(randomness.slice(32, 48)))).toBe(false);
  });

  it('repeat the same bytes for the same randomness, and others for another', () => {
    const [first, again] = [1, 2].map(() => receiptCredentials.request(publicParams, randomness));
    expect(again?.bytes).toEqual(first?.bytes);
    const other = receiptCredentials.request(publicParams, new Uint8Array(80).fill(6));
    expect(other?.bytes).not.toEqual(first?.bytes);
    expect(other?.present(issue(first?.bytes ?? new Uint8Array(0)), NOW)).toBeUndefined();
  });

  it('do not accept what would tell this account from others', () => {
    const request = receiptCredentials.request(publicParams, randomness);
    const bytes = request?.bytes ?? new Uint8Array(0);
    for (const end of [END - DAY, END + 30 * DAY, END - 60 * DAY]) {
      expect(request?.present(issue(bytes, end), NOW)).toBeUndefined();
    }
    expect(request?.present(issue(bytes, END + 17), NOW)).toBeUndefined();
    expect(request?.present(issue(bytes, END, 301n), NOW)).toBeUndefined();
  });

  it('accept the one end that everybody gets, and its neighbour only at the turn of the period', () => {
    const request = receiptCredentials.request(publicParams, randomness);
    const bytes = request?.bytes ?? new Uint8Array(0);
    const grid = 30 * DAY;
    const accepted = (now: number): number[] => {
      const first = Math.floor(now / grid) * grid;
      const ends = Array.from({ length: 7 }, (_, index) => first + (index - 1) * grid);
      return ends.filter((end) => request?.present(issue(bytes, end), now * 1000) !== undefined);
    };
    const turn = END - 60 * DAY;
    for (let day = 2; day <= 28; day++) expect(accepted(turn + day * DAY)).toEqual([END]);
    expect(accepted(turn + DAY / 2)).toEqual([END - grid, END]);
    expect(accepted(turn - DAY / 2)).toEqual([END - grid, END]);
  });

  it('throw nothing, whatever a relay sends', () => {
    const request = receiptCredentials.request(publicParams, randomness);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        expect(request?.present(asBytes(bytes), NOW)).toBeUndefined();
        expect(receiptCredentials.request(asBytes(bytes), randomness)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});
