/** How much of everything is run. */
export interface Amount {
  readonly pairs: number;
  readonly messages: number;
}
