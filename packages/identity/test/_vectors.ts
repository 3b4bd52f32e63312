import { readFileSync } from 'node:fs';

export interface PublishedVectors {
  readonly accounts: readonly {
    readonly seed?: string;
    readonly identityKey: string;
    readonly account: string;
  }[];
  readonly phrases: readonly { readonly words: string; readonly seed?: string; readonly account: string }[];
}

export interface ComputedVectors {
  readonly accounts: readonly {
    readonly seed: string;
    readonly words: string;
    readonly identityKey: string;
    readonly identitySecret: string;
    readonly ratchetSecret: string;
    readonly account: string;
    readonly aci: string;
    readonly recoveryKey: string;
    readonly relay: string;
    readonly relayRecoveryPassword: string;
  }[];
  readonly safetyNumbers: readonly {
    readonly local: string;
    readonly remote: string;
    readonly digits: string;
    readonly qr: string;
  }[];
  readonly accessKeys: readonly { readonly profileKey: string; readonly accessKey: string }[];
}

export interface RecordVectors {
  readonly account: string;
  readonly first: { readonly bytes: string; readonly hash: string };
  readonly second: { readonly bytes: string; readonly hash: string };
  /** The first with relays that are reached through the onion network. */
  readonly third: { readonly bytes: string; readonly hash: string };
  readonly now: number;
}

/** Read one file of `vectors/identity`. The shape is the file's author's word; tests fail if it is not so. */
export function readVectors<Shape>(name: string): Shape {
  const file = new URL(`../../../vectors/identity/${name}`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Shape;
}
