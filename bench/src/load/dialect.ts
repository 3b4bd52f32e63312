/** What the generator hears of one connection. */
export interface Hearer {
  /** A message has reached this connection; its acknowledgement has been written when this returns. */
  message(text: string): void;
  /** The connection has failed, or the server has refused something. Ends the run. */
  failed(reason: string): void;
}

/** One user of a server, logged in and listening. */
export interface LoadConnection {
  /** Where others send to. */
  readonly address: string;
  /** `accepted` is called when the server has taken the message over. */
  send(to: string, text: string, accepted: () => void): void;
  close(): Promise<void>;
}

/** How the generator speaks to one kind of server. */
export interface Dialect {
  /** Connections that one user has; one, where nothing is said. */
  readonly connections?: number;
  /** Log in as user number `index`; the same number is the same mailbox, where the server keeps one. */
  connect(port: number, index: number, hearer: Hearer): Promise<LoadConnection>;
}
