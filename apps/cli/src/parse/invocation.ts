import type {
  DevnetInvocation,
  DirectoryInvocation,
  HostPort,
  NetworkInvocation,
  NodeInvocation,
  RegistryInvocation,
} from './network-invocations.ts';

/** A command line that has been understood. Times in milliseconds. */
export type Invocation = { readonly json: boolean } & (
  | {
      readonly command: 'relay serve';
      readonly data: string;
      readonly listen: { readonly host: string; readonly port: number };
      readonly registration: 'open' | 'invite' | 'phone';
      /** There where phone numbers register. */
      readonly codes?: CodesChoice;
      readonly publicUrl?: string;
      /** `'none'`: a reverse proxy has it. */
      readonly tls?: { readonly cert: string; readonly key: string } | 'none';
      /** Where several relays keep the same, and how they wake each other. */
      readonly database?: string;
      readonly bus?: string;
      readonly blobs?: BlobsChoice;
      readonly turn?: TurnChoice;
      /** Reverse proxies whose word on a client's address is believed. */
      readonly proxies?: readonly string[];
      /** Settings for clients of Signal's make. */
      readonly remoteConfig?: Readonly<Record<string, string>>;
      /** Where metrics and health are served. */
      readonly operation?: HostPort;
    }
  | { readonly command: 'print config'; readonly settings: Readonly<Record<string, string | boolean>> }
  | {
      readonly command: 'relay invite';
      readonly data: string;
      readonly presentation: boolean;
      readonly database?: string;
    }
  | {
      readonly command: 'relay backup';
      readonly data: string;
      /** Where accounts and mail are that this leaves out. */
      readonly database?: string;
      readonly to: string;
    }
  | {
      readonly command: 'relay restore';
      readonly from: string;
      readonly data: string;
      /** Where accounts and mail have been restored already. */
      readonly database?: string;
    }
  | {
      readonly command: 'relay ledger';
      readonly data: string;
      readonly database?: string;
      readonly aci: string;
    }
  | DirectoryInvocation
  | DevnetInvocation
  | NetworkInvocation
  | NodeInvocation
  | RegistryInvocation
  | (OnProfile & NewAccount & { readonly command: 'account create' | 'account restore' })
  | (OnProfile & { readonly command: 'account show'; readonly phrase: boolean })
  | (OnProfile & { readonly command: 'account forget-phrase' })
  | (OnProfile & { readonly command: 'account network'; readonly network: string })
  | (OnProfile & { readonly command: 'account relay-access'; readonly access?: RelayAccessChoice })
  | (OnProfile & { readonly command: 'account delete'; readonly force: boolean; readonly yes: boolean })
  | (OnProfile & {
      readonly command: 'send';
      readonly to: string;
      readonly road?: RoadChoice;
      readonly timeout: number;
      /** Files on this machine. */
      readonly attach?: readonly string[];
      /** Absent: the text comes on standard input. */
      readonly text?: string;
    })
  | (OnProfile & {
      readonly command: 'receive';
      readonly timeout: number;
      readonly follow: boolean;
      readonly events: boolean;
      /** The folder that files are saved in. */
      readonly saveTo?: string;
    })
  | (OnProfile & {
      readonly command: 'attachments save';
      /** Of the message. */
      readonly id: string;
      readonly to: string;
      readonly timeout: number;
    })
  | (OnProfile & { readonly command: 'contacts list' })
  | (OnProfile & { readonly command: 'contacts add'; readonly who: string; readonly name?: string })
  | { [Verb in ContactVerb]: OnProfile & { readonly command: Verb; readonly who: string } }[ContactVerb]
  | (OnProfile & { readonly command: 'contacts name'; readonly who: string; readonly name: string })
  | (OnProfile & { readonly command: 'contacts road'; readonly who: string; readonly road: RoadChoice })
  | (OnProfile & { readonly command: 'network share'; readonly text: boolean })
  | (OnProfile & { readonly command: 'daemon' })
  | (OnProfile & {
      readonly command: 'app';
      /** A loopback address. */
      readonly listen: HostPort;
      /** For accounts that are made on the page. */
      readonly network?: string;
      readonly label?: string;
      /** Show the page in the browser. */
      readonly open: boolean;
    })
  | (OnProfile & { readonly command: 'doctor' })
);

/** How codes get to phones. */
export type CodesChoice = { readonly perHour?: number } & (
  | { readonly sms: 'log'; readonly beyondLoopback: boolean }
  | { readonly sms: 'webhook'; readonly url: string; readonly secretFile: string }
  | { readonly sms: 'twilio'; readonly service: string; readonly secretFile: string }
);

/** Where what people upload is kept, and how many bytes of it. */
export interface BlobsChoice {
  readonly place?: BlobsPlaceChoice;
  readonly limit?: number;
}

export type BlobsPlaceChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 's3';
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      readonly prefix: string;
      readonly secretFile: string;
    };

/** TURN servers of the operator's, or coturn run by the relay. */
export type TurnChoice =
  | { readonly urls: readonly string[]; readonly secretFile: string }
  | { readonly listen: HostPort; readonly publicIp?: string };

export type ContactVerb =
  | 'contacts show'
  | 'contacts accept'
  | 'contacts delete'
  | 'contacts block'
  | 'contacts unblock'
  | 'contacts verify'
  | 'contacts unverify'
  | 'contacts acknowledge';

/** `onion` is strict: nothing that the chat causes leaves by any other way. */
export type RoadChoice = 'auto' | 'relay' | 'onion';
export type RelayAccessChoice = 'direct' | 'onion';

export interface OnProfile {
  readonly profile: string;
  readonly passphraseFile?: string;
  /** Everything that this command dials goes through it. */
  readonly proxy?: string;
}

export interface NewAccount {
  readonly name?: string;
  readonly network?: string;
  readonly relay?: string;
  /** File of a signed list of storage nodes. */
  readonly directory?: string;
  readonly invite?: string;
  readonly onionOnly: boolean;
}

export type InvocationOf<Name extends Invocation['command']> = Extract<Invocation, { command: Name }>;
