import { PublicKey } from '@signalapp/libsignal-client';
import { asBytes, type Bytes } from '@sotto/bytes';

const INFO = 'deviceCreatedAt';

/** When a device was linked, so that only its account can read it, and only as this device's (signal-service §2.6). */
export function sealTime(request: {
  /** 33 bytes. */
  readonly identityKey: Bytes;
  readonly device: number;
  readonly registrationId: number;
  /** Milliseconds. */
  readonly time: number;
}): Bytes {
  const time = new DataView(new ArrayBuffer(8));
  time.setBigUint64(0, BigInt(request.time));
  const whose = new DataView(new ArrayBuffer(5));
  whose.setUint8(0, request.device);
  whose.setUint32(1, request.registrationId);
  const key = PublicKey.deserialize(request.identityKey);
  return asBytes(key.seal(new Uint8Array(time.buffer), INFO, new Uint8Array(whose.buffer)));
}
