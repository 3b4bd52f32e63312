import type { FileValue } from '@sotto/local-api';

/** A file as `--json` tells of it; `path` where it has been saved. */
export interface AttachmentLine {
  readonly name: string | null;
  readonly type: string;
  readonly size: number;
  readonly state: string;
  readonly path?: string;
  readonly problem?: string;
}

export function attachmentLine({ name, type, size, state, problem }: FileValue): AttachmentLine {
  return { name, type, size, state, ...(problem === undefined ? {} : { problem }) };
}
