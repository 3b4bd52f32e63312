import { create } from 'zustand';

/** Who gave the link that this network was joined by. */
export interface Inviter {
  /** Account ID. */
  readonly account: string;
  /** As the link says; unproven. */
  readonly name: string | undefined;
}

/** In memory of this page only: it is for the moment after the account was made. */
export const useInviter = create<{ readonly inviter: Inviter | undefined }>(() => ({ inviter: undefined }));
