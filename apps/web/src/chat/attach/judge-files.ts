import { MAX_FILE_BYTES, MAX_FILES } from '@sotto/local-api';

/** What is dropped, pasted or chosen, as far as it is judged. */
export interface Offered {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** It is not one file. */
  readonly isFolder?: boolean;
}

/** Why something was not attached. */
export type Refused =
  | { readonly why: 'folder' | 'too-large'; readonly name: string; readonly size: number }
  | { readonly why: 'too-many' }
  | { readonly why: 'needs-onion' };

/** Which of these may be attached to a message that has some already. The first that are too many end it. */
export function judgeFiles<One extends Offered>(
  offered: readonly One[],
  { attached, carriesFiles }: { readonly attached: number; readonly carriesFiles: boolean },
): { readonly taken: readonly One[]; readonly refused: readonly Refused[] } {
  if (offered.length > 0 && !carriesFiles) return { taken: [], refused: [{ why: 'needs-onion' }] };
  const taken: One[] = [];
  const refused: Refused[] = [];
  for (const one of offered) {
    const { name, size } = one;
    if (one.isFolder) refused.push({ why: 'folder', name, size });
    else if (size > MAX_FILE_BYTES) refused.push({ why: 'too-large', name, size });
    else if (attached + taken.length < MAX_FILES) taken.push(one);
    else {
      refused.push({ why: 'too-many' });
      break;
    }
  }
  return { taken, refused };
}
