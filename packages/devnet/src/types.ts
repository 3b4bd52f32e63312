/** The line that says that all processes answer; its names are a contract with scripts. */
export interface DevnetReady {
  readonly event: 'ready';
  /** Absolute path. */
  readonly dir: string;
  /** Of the supervisor. */
  readonly pid: number;
  /** Relay URL with `#key=…`; null without a relay. */
  readonly relay: string | null;
  readonly relay_pid: number | null;
  /** File of the list of storage nodes: signed, or by nobody where there is a registry. */
  readonly directory: string;
  /** File of the text that a friend pastes. */
  readonly network: string;
  /** File that names the registry of the nodes, and what runs its chain; null for a devnet without one. */
  readonly chain: string | null;
  readonly chain_pid: number | null;
  readonly nodes: readonly DevnetNode[];
  readonly apps: readonly DevnetApp[];
}

export interface DevnetApp {
  /** Its label. */
  readonly name: string;
  /** Opens its page; holds the secret of the process that runs now. */
  readonly url: string;
  /** The folder of its profile. */
  readonly profile: string;
  readonly pid: number;
}

export interface DevnetNode {
  readonly ip: string;
  readonly https_port: number;
  readonly pubkey_ed25519: string;
  readonly pubkey_x25519: string;
  /** Decimal; 64 bits do not fit a JSON number. */
  readonly swarm_id: string;
  readonly pid: number;
  /** The node's data folder. */
  readonly data: string;
}

/** `killed`: as it was told. `crashed`: by itself. */
export type ProcessState = 'starting' | 'running' | 'killed' | 'crashed';

export interface ProcessStatus {
  /** `relay`, `chain`, `node:N` from 1, or `app:LABEL`. */
  readonly target: string;
  readonly state: ProcessState;
  /** Null when it is down. */
  readonly pid: number | null;
  /** Of an app that runs: opens its page, another one after each start. */
  readonly url?: string;
}

export type ControlAction = 'kill' | 'start' | 'status' | 'stop';
