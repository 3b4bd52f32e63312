import { observe } from '@sotto/bytes';
import type { AccountRecord, DeviceRecord } from '@sotto/identity';
import type { PreKeyBundle, Ratchet } from '@sotto/ratchet';
import { RATCHET_MESSAGE_LIFETIME } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Access, Road } from '../ports/road.ts';
import type { OutboxEntry } from '../ports/store.ts';
import { askRoad, type HowToAsk } from './ask-road.ts';

type Encrypted = OutboxEntry['encrypted'][number];

export type EncryptedEntry =
  /** One ratchet message for every device of the record, on disk with the ratchet that made them. */
  | { readonly outcome: 'encrypted'; readonly entry: OutboxEntry }
  | { readonly outcome: 'unanswered' }
  /** The keys that a device offers do not hold. */
  | { readonly outcome: 'failed' }
  /** The entry was taken back meanwhile. */
  | { readonly outcome: 'gone' };

type Bundles = ReadonlyMap<number, PreKeyBundle>;
const NONE: Bundles = new Map();

/**
 * Stop 5, the ratchet part of sealing: encrypt for each device that has no message yet. Messages for
 * devices that are gone are dropped; `anew` drops them all, because they have waited too long. Those that
 * stand behind it are encrypted with it as far as that needs nothing more, so that a queue costs few commits.
 */
export async function encryptEntry(
  core: Core,
  road: Road,
  id: string,
  options: {
    readonly record: AccountRecord;
    readonly access: Access;
    readonly anew: boolean;
    readonly behind: readonly string[];
    readonly how: HowToAsk;
  },
): Promise<EncryptedEntry> {
  const { record, access } = options;
  const first = await encryptWith(core, id, NONE, options);
  if (first.outcome !== 'needs-bundles') return first;
  const offered = await askRoad(core, road, options.how, (toil) =>
    road.fetchPreKeys(record.account, access, record.relays, toil),
  );
  if (offered.outcome === 'unreachable') return { outcome: 'unanswered' };
  const bundles = new Map<number, PreKeyBundle>();
  for (const device of record.devices) bundles.set(device.id, bundleOf(device));
  for (const bundle of offered.outcome === 'found' ? offered.bundles : []) {
    const device = record.devices.find(({ id: listed }) => listed === bundle.device);
    if (device?.registrationId === bundle.registrationId) bundles.set(bundle.device, bundle);
  }
  const second = await encryptWith(core, id, bundles, options);
  return second.outcome === 'needs-bundles' ? { outcome: 'failed' } : second;
}

/** A device's signed and last-resort keys, which everybody gets who has the record. */
function bundleOf(device: DeviceRecord): PreKeyBundle {
  return {
    device: device.id,
    registrationId: device.registrationId,
    signedPreKey: device.signedPreKey,
    kyberPreKey: device.lastResortKyberPreKey,
  };
}

async function encryptWith(
  core: Core,
  id: string,
  bundles: Bundles,
  job: { readonly record: AccountRecord; readonly anew: boolean; readonly behind: readonly string[] },
): Promise<EncryptedEntry | { readonly outcome: 'needs-bundles' }> {
  observe('seal', 'before');
  const outcome = await encryptInUnit(core, id, bundles, job, () => {
    for (const each of job.behind) encryptAhead(core, each, job.record);
  });
  observe('seal', 'after');
  return outcome;
}

/** Encrypt an entry whose turn has not come, in the commit of the unit that calls, if there is a session. */
export function encryptAhead(core: Core, id: string, record: AccountRecord): void {
  // On its own turn it is tried again, and heard of.
  encryptInUnit(core, id, NONE, { record, anew: false, ahead: true }).catch(() => undefined);
}

/** @param begun called when there is a session, and before this is on disk. */
function encryptInUnit(
  core: Core,
  id: string,
  bundles: Bundles,
  {
    record,
    anew,
    ahead = false,
  }: { readonly record: AccountRecord; readonly anew: boolean; readonly ahead?: boolean },
  begun: () => void = () => undefined,
): ReturnType<typeof encryptWith> {
  return core.shared<Awaited<ReturnType<typeof encryptWith>>>(async (work, core) => {
    const own = await core.store.account();
    const entry = await core.store.outboxEntry(id);
    if (own === undefined || entry === undefined) return { outcome: 'gone' };
    // On its turn one that has waited for so long is encrypted anew, whatever was made here.
    if (ahead && core.clock.now() - entry.timestamp > RATCHET_MESSAGE_LIFETIME)
      return { outcome: 'encrypted', entry };
    const kept = anew ? [] : entry.encrypted.filter((made) => record.devices.some(isFor(made)));
    const missing = record.devices.filter((device) => !kept.some((made) => isFor(made)(device)));
    if (missing.length === 0 && kept.length === entry.encrypted.length) {
      return { outcome: 'encrypted', entry };
    }
    const ratchet = core.ratchetOf(own);
    const made = await encryptForAll(core, ratchet, { record, entry, missing, bundles });
    if (made.outcome !== 'made') return made;
    const encrypted = { ...entry, encrypted: [...kept, ...made.messages] };
    for (const change of made.changes) work.ratchet(change);
    put(work, encrypted);
    begun();
    return { outcome: 'encrypted', entry: encrypted };
  });
}

function put(work: Work, entry: OutboxEntry): void {
  work.change({ kind: 'put-outbox', entry });
}

function isFor(made: Encrypted): (device: DeviceRecord) => boolean {
  return (device) => device.id === made.device && device.registrationId === made.registrationId;
}

type Made =
  | { outcome: 'made'; messages: Encrypted[]; changes: Parameters<Work['ratchet']>[0][] }
  | { outcome: 'needs-bundles' }
  | { outcome: 'failed' };

async function encryptForAll(
  core: Core,
  ratchet: Ratchet,
  job: {
    readonly record: AccountRecord;
    readonly entry: OutboxEntry;
    readonly missing: readonly DeviceRecord[];
    readonly bundles: Bundles;
  },
): Promise<Made> {
  const messages: Encrypted[] = [];
  const changes: Parameters<Work['ratchet']>[0][] = [];
  for (const device of job.missing) {
    const result = await encryptForOne(core, ratchet, job, device);
    if (result.outcome === 'needs-bundle') return { outcome: 'needs-bundles' };
    if (result.outcome === 'bad-bundle') return { outcome: 'failed' };
    const { kind, bytes } = result.message;
    messages.push({ device: device.id, registrationId: device.registrationId, kind, bytes });
    changes.push(result.changes);
  }
  return { outcome: 'made', messages, changes };
}

/** A road that hands out keys which do not hold is passed over: the record's own keys are signed. */
async function encryptForOne(
  core: Core,
  ratchet: Ratchet,
  job: { readonly record: AccountRecord; readonly entry: OutboxEntry; readonly bundles: Bundles },
  device: DeviceRecord,
): ReturnType<Ratchet['encrypt']> {
  const now = core.clock.now();
  const to = { account: job.record.account, device: device.id };
  const bundle = job.bundles.get(device.id);
  const request = { to, plaintext: job.entry.content, now };
  if (bundle === undefined || (await ratchet.hasSession(to, now))) return ratchet.encrypt(request);
  const offered = await ratchet.encrypt({ ...request, bundle });
  if (offered.outcome !== 'bad-bundle') return offered;
  core.log('bad-prekeys', {});
  return ratchet.encrypt({ ...request, bundle: bundleOf(device) });
}
