export type {
  AcceptRecordOutcome,
  AcceptRecordRequest,
  RecordDistrust,
} from './accept-record.ts';
export { acceptRecord } from './accept-record.ts';
export { deriveAccessKey } from './access-key.ts';
export type { AccountId } from './account-id.ts';
export {
  accountIdFromBytes,
  accountOfIdentityKey,
  formatAccountId,
  parseAccountId,
} from './account-id.ts';
export type { Aci } from './aci.ts';
export { aciFromBytes, aciOf, formatAci, parseAci } from './aci.ts';
export type { Contact } from './contact-link.ts';
export { formatContactLink, parseContactLink, parseWho } from './contact-link.ts';
export type { AccountKeys, IdentityKeys } from './derive-account.ts';
export { deriveAccount, deriveRelayRecoveryPassword, expandIdentity } from './derive-account.ts';
export type { DeviceKey } from './device-key.ts';
export { createDeviceKey } from './device-key.ts';
export type { IdentityErrorCode } from './errors.ts';
export { IdentityError } from './errors.ts';
export type { Invite } from './invite.ts';
export { formatInvite, parseInvite } from './invite.ts';
export type { JoinLink, JoinNode } from './join-link.ts';
export { formatJoinLink, MAX_JOIN_NODES, parseJoinLink } from './join-link.ts';
export { listWords } from './list-words.ts';
export { whyNoName } from './name.ts';
export type { Network } from './network.ts';
export { formatNetwork, MAX_NETWORK_CHARACTERS, parseNetwork } from './network.ts';
export type { FirstRevision, RecordDraft, RevisionChanges } from './next-revision.ts';
export { firstRevision, nextRevision } from './next-revision.ts';
export { isOnionKey } from './onion-key.ts';
export type { UnreadableRecord } from './open-record.ts';
export type { ReadRecordOutcome } from './read-record.ts';
export { readRecord } from './read-record.ts';
export {
  MAX_DEVICES,
  MAX_RECORD_VALIDITY,
  MAX_RELAYS,
  PROTOCOL_VERSION,
} from './record-rules.ts';
export type { AccountRecord, DeviceRecord, RelayAddress, SignedKeyRecord } from './record-types.ts';
export { formatRelayUrl, parseRelayUrl } from './relay-url.ts';
export type { SafetyNumber, SafetyQrCheck } from './safety-number.ts';
export { checkSafetyQr, safetyNumber } from './safety-number.ts';
export type { Seed } from './seed.ts';
export { createSeed, seedFromBytes } from './seed.ts';
export { seedToWords } from './seed-to-words.ts';
export type { SecondSigner, SignRecordRequest } from './sign-record.ts';
export { signRecord } from './sign-record.ts';
export type { WordsError, WordsToSeedOutcome } from './words-to-seed.ts';
export { wordsToSeed } from './words-to-seed.ts';
