/** Where to connect. */
export interface Address {
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
}
