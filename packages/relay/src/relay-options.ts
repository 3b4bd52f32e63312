import type { RegistrationMode, WorkPurpose } from '@sotto/protocol';
import type { BlobsOptions } from './blobs/blobs-options.ts';
import type { CodeSenderOptions } from './sms/create-code-sender.ts';
import type { CertificateFiles } from './tls/relay-certificate.ts';
import type { CoturnOptions } from './turn/run-coturn.ts';
import type { TurnServers } from './turn/turn-credentials.ts';

export interface RelayOptions {
  /** Data folder, nothing else in it; made when it is not there, and 0700 from then on. */
  readonly data: string;
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly registration: RegistrationMode;
  /**
   * Files of a certificate, which may be renewed; without, the relay makes its own. `'none'` is plain http, on loopback only:
   * for a reverse proxy whose certificate clients trust, so that none is told a key.
   */
  readonly tls?: CertificateFiles | 'none';
  /** `https` origin that clients are told, when it is not the listening address: behind a proxy or a name. A wildcard needs it. */
  readonly publicUrl?: string;
  /**
   * Addresses, or networks as `10.0.0.0/8`, of reverse proxies: the address of a client behind one is what it writes in
   * `X-Forwarded-For`. Whoever else writes such a header is not believed.
   */
  readonly proxies?: readonly string[];
  /** Where `/metrics` and `/health/…` are served, by plain http; nowhere without. */
  readonly operation?: { readonly host: string; readonly port: number };
  /**
   * `postgres://…`: accounts and mail are kept there, and any number of relays with the secrets and certificate of this
   * folder serve the same. Without, they are in files of the folder, and this is the only relay.
   */
  readonly database?: string;
  /** `nats://…`: relays on one database wake each other through it. */
  readonly bus?: string;
  /** TURN servers of the operator's, or where to run coturn. */
  readonly turn?: TurnServers | Omit<CoturnOptions, 'events'>;
  /** How codes get to phones; needed where `registration` is `'phone'`, and nowhere else of use. */
  readonly codes?: {
    readonly sender: CodeSenderOptions;
    /** So many are sent in an hour of the clock at most; 200 unless told otherwise. */
    readonly perHour?: number;
  };
  /** Where attachments, stickers and pictures of profiles are kept. */
  readonly blobs?: BlobsOptions;
  /** `name: value` of Signal's remote config, for clients of that make; none unless told otherwise. */
  readonly remoteConfig?: Readonly<Record<string, string>>;
  readonly workBits?: Partial<Readonly<Record<WorkPurpose, number>>>;
  /** One line at a time; nothing of it names anybody. */
  readonly log?: (line: string) => void;
  readonly now?: () => number;
}
