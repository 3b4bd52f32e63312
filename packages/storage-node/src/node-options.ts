import type { OperationAddress } from './operation/operate.ts';

export interface NodeOptions {
  /** Data folder that `initNode` has made. */
  readonly data: string;
  /** IPv4. Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** File of the signed list of nodes, or of where their registry is. */
  readonly directory: string;
  /** File that gets a line for each opened layer; only for a directory of nothing but loopback. */
  readonly trace?: string;
  /** Test, vote and ask for a list that nobody signs within seconds instead of hours; only for a directory of nothing but loopback. */
  readonly quick?: boolean;
  /** Where `/metrics` and `/health/…` are served, by plain http; nowhere without. */
  readonly operation?: OperationAddress;
  /** One line at a time; nothing of it names anybody. */
  readonly log?: (line: string) => void;
  readonly now?: () => number;
}
