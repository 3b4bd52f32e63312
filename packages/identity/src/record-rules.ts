import { utf8 } from '@sotto/bytes';

/** Format of the page itself; a reader refuses any other. */
export const RECORD_VERSION = 1;

/** The protocol version that this program speaks; a record that demands more is refused. */
export const PROTOCOL_VERSION = 1;

/** Longer, and a thief's or an abandoned device would stay reachable for too long (design §1.5). */
export const MAX_RECORD_VALIDITY = 14 * 24 * 60 * 60 * 1000;

/** Clocks of people are wrong by hours and time zones, not by more. */
export const MAX_RECORD_AHEAD = 24 * 60 * 60 * 1000;

/**
 * How far above a pin a device may sign: a revision an hour for more than a year, unseen. The recovery
 * key has no such bound, so that it can always step above whatever a stolen device signed.
 */
export const MAX_REVISION_JUMP = 10_000;

/**
 * A device's revision may not exceed the time of issue counted in these, milliseconds since 1970. Honest
 * accounts stay millions below; a thief who goes to the bound has room above him a moment later.
 */
export const MIN_REVISION_INTERVAL = 60_000;

/** Every message is sealed once for each of them; nine would not fit the size limit. */
export const MAX_DEVICES = 8;

/** More addresses than a person has relays would only make others dial around. */
export const MAX_RELAYS = 4;

/** Signal's server certificate is about 105 bytes; much more is not one. */
export const MAX_SERVER_CERTIFICATE_BYTES = 256;

/** What signatures are made over before the record's bytes, so that none of them can mean anything else. */
export const RECORD_LABEL = utf8('sotto record v1');
