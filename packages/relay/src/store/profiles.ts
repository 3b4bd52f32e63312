import { type Bytes, toHex } from '@sotto/bytes';
import { changed, type Row, row, rows, run, type Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import { MAX_PROFILE_VERSIONS } from '../constants.ts';
import { bytesOf, bytesOr } from './columns.ts';

/** Profiles, one for each profile key that an account has had lately; as steps of the store's reads and writes. */

/** All but the commitment is encrypted by the owner (reference: signal-service §6). */
export interface StoredProfile {
  /** 32 bytes, made of profile key and ACI. */
  readonly version: Bytes;
  readonly commitment: Bytes;
  readonly name?: Bytes;
  readonly about?: Bytes;
  readonly aboutEmoji?: Bytes;
  /** Key of the picture where files are. */
  readonly avatar?: string;
  readonly paymentAddress?: Bytes;
  readonly phoneNumberSharing?: Bytes;
}

export function* readProfile(aci: Bytes, version: Bytes): Work<StoredProfile | undefined> {
  const found = yield* row('SELECT * FROM profile WHERE aci = ? AND version = ?', [aci, version]);
  return found === undefined ? undefined : toProfile(found);
}

/** Store it as the current one. The oldest beyond the bound go; the keys of their pictures. */
export function* putProfile(aci: Aci, profile: StoredProfile, day: number): Work<readonly string[]> {
  const { version, commitment, name, about, aboutEmoji, avatar, paymentAddress, phoneNumberSharing } =
    profile;
  yield* run(PUT, [
    aci,
    version,
    commitment,
    orNull(name),
    orNull(about),
    orNull(aboutEmoji),
    avatar ?? null,
    orNull(paymentAddress),
    orNull(phoneNumberSharing),
    day,
  ]);
  yield* run('UPDATE account SET profile_version = ? WHERE aci = ?', [version, aci]);
  yield* changed(toHex(aci));
  return avatarsIn(yield* rows(DROP_OLDEST, [aci, version, aci, version]));
}

/** Keys of the pictures of all its profiles. */
export function* readAvatars(aci: Bytes): Work<readonly string[]> {
  return avatarsIn(yield* rows('SELECT avatar FROM profile WHERE aci = ?', [aci]));
}

/** Whether a profile names this picture. */
export function* isWantedAvatar(key: string): Work<boolean> {
  return (yield* row('SELECT 1 FROM profile WHERE avatar = ?', [key])) !== undefined;
}

const PUT = `INSERT INTO profile (aci, version, commitment, name, about, about_emoji, avatar, payment_address,
    phone_number_sharing, changed_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (aci, version) DO UPDATE SET commitment = excluded.commitment, name = excluded.name,
    about = excluded.about, about_emoji = excluded.about_emoji, avatar = excluded.avatar,
    payment_address = excluded.payment_address, phone_number_sharing = excluded.phone_number_sharing,
    changed_day = excluded.changed_day`;

/** Besides the current one. */
const DROP_OLDEST = `DELETE FROM profile WHERE aci = ? AND version <> ? AND version NOT IN
    (SELECT version FROM profile WHERE aci = ? AND version <> ?
     ORDER BY changed_day DESC, version LIMIT ${MAX_PROFILE_VERSIONS - 1})
  RETURNING avatar`;

/** Clients send empty what they do not set. */
function orNull(field: Bytes | undefined): Bytes | null {
  return field === undefined || field.length === 0 ? null : field;
}

function avatarsIn(found: readonly Row[]): readonly string[] {
  return found.flatMap(({ avatar }) => (typeof avatar === 'string' ? [avatar] : []));
}

function toProfile(found: Row): StoredProfile {
  const avatar = found['avatar'];
  const field = (name: string): Bytes | undefined => bytesOr(found[name]);
  const [name, about, aboutEmoji] = [field('name'), field('about'), field('about_emoji')];
  const [paymentAddress, phoneNumberSharing] = [field('payment_address'), field('phone_number_sharing')];
  return {
    version: bytesOf(found['version']),
    commitment: bytesOf(found['commitment']),
    ...(name && { name }),
    ...(about && { about }),
    ...(aboutEmoji && { aboutEmoji }),
    ...(typeof avatar === 'string' && { avatar }),
    ...(paymentAddress && { paymentAddress }),
    ...(phoneNumberSharing && { phoneNumberSharing }),
  };
}
