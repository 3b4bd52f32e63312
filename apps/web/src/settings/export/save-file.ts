/** How long the browser may take to begin reading what it was handed. */
const HANDED_MS = 60_000;

/** Hand a file to the browser, which saves it where its downloads go. It never leaves this machine. */
export function saveFile(name: string, parts: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), HANDED_MS);
}
