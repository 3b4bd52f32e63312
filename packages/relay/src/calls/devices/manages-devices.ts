import type { Work } from '@sotto/database';
import { PRIMARY_DEVICE_ID } from '@sotto/protocol';
import type { Caller } from '../../http/call.ts';
import { readRecord } from '../../store/records.ts';

/**
 * Whether a device may link, name and unlink others. Devices of an account that keeps its record here are equal
 * (design §1.5); without one it is an account of clients of other makes, where the primary alone may (signal-service
 * §2.6).
 */
export function* managesDevices({ aci, device }: Pick<Caller, 'aci' | 'device'>): Work<boolean> {
  return device === PRIMARY_DEVICE_ID || (yield* readRecord(aci)) !== undefined;
}
