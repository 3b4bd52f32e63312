import type { PostPolicyForm } from '@sotto/protocol';

/** Where pictures of profiles are kept, encrypted; they are fetched by their keys (reference: signal-service §6). */
export interface Avatars {
  /** Leave to upload one of 1 to `maxLength` bytes. `now` is milliseconds. */
  form(request: { readonly key: string; readonly maxLength: number; readonly now: number }): PostPolicyForm;
  /** Also when there is none. */
  remove(key: string): Promise<void>;
}
