import { MAX_TTL, MAX_TTL_INBOX } from './constants.ts';

/** What a namespace's number says about who may do what (reference: session-protocol §3.3). */
export interface NamespaceRules {
  /** Public inbox: anyone stores, unsigned. A signature that is given is not looked at. */
  readonly openStore: boolean;
  /** Anyone reads, unsigned; but a signature that is given must be good. */
  readonly openRetrieve: boolean;
  /** Public outbox: holds one message, which a store replaces. A subaccount needs write and delete for that. */
  readonly outbox: boolean;
  /** Revoked subaccounts may still read. */
  readonly unrevocable: boolean;
  /** Longest life of a message that is stored here, milliseconds. */
  readonly maxTtl: number;
}

/** Closed groups of old: open to everyone both ways. */
const LEGACY_GROUPS = -10;

/** Rules of a namespace, -32,768 to 32,767. */
export function namespaceRules(namespace: number): NamespaceRules {
  const openStore = namespace % 10 === 0;
  const outbox = namespace < 0 && -namespace % 20 === 1;
  return {
    openStore,
    openRetrieve: outbox || namespace === LEGACY_GROUPS,
    outbox,
    unrevocable: namespace < 0 && -namespace % 100 === 11,
    maxTtl: openStore ? MAX_TTL_INBOX : MAX_TTL,
  };
}
