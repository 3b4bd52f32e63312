import type { AttachmentLine } from './attachment-line.ts';

const UNITS = ['KiB', 'MiB'] as const;

/** `17 bytes`, `1.4 MiB`. */
export function describeSize(bytes: number): string {
  if (bytes < 1_024) return `${bytes} bytes`;
  const power = bytes < 1_024 ** 2 ? 1 : 2;
  return `${(bytes / 1_024 ** power).toFixed(1)} ${UNITS[power - 1]}`;
}

/** A line for each file, indented below its message. */
export function describeFiles(files: readonly AttachmentLine[]): string {
  return files
    .map((file) => `\n    [${file.name ?? 'file'}, ${describeSize(file.size)}${whatOf(file)}]`)
    .join('');
}

function whatOf({ path, state, problem }: AttachmentLine): string {
  if (path !== undefined) return `, saved as ${path}`;
  if (problem !== undefined) return `: ${problem}`;
  return state === 'here' ? '' : ', not fetched yet';
}
