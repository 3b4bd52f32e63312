export type { StoreErrorCode } from './errors.ts';
export { StoreError } from './errors.ts';
export type { OpenStoreRequest } from './open-store.ts';
export { openStore } from './open-store.ts';
export type { CreateProfileKey, ProfileKeyKind } from './profile-key.ts';
export { changePassphrase, createProfileKey, profileKeyKind, unlockProfileKey } from './profile-key.ts';
export type { PassphraseCost } from './wrap-key.ts';
export { DEFAULT_COST } from './wrap-key.ts';
