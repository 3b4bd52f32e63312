/** Sections by their number, as the rail shows them. */
export const SECTIONS = ['chats', 'requests', 'network', 'settings'] as const;

export type Shortcut =
  | { readonly does: 'palette' | 'list' | 'region-after' | 'region-before' }
  | { readonly does: 'section'; readonly section: (typeof SECTIONS)[number] };

/** What a keyboard event says of its key. */
export interface Keys {
  readonly key: string;
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
}

/**
 * What a key asks for wherever the focus is; undefined for all that belong to fields and lists. Numbers go
 * by their place on the keyboard, because Alt makes other characters of them on some systems.
 */
export function shortcutOf(keys: Keys): Shortcut | undefined {
  const { key, code, altKey, ctrlKey, metaKey, shiftKey } = keys;
  if (keys.repeat) return undefined;
  // Left and right at once is AltGr, which writes characters.
  const command = ctrlKey !== metaKey && !altKey;
  if (command && !shiftKey && key.toLowerCase() === 'k') return { does: 'palette' };
  // Where the slash needs Shift, as on German keyboards, it may be held.
  if (command && (key === '/' || code === 'Slash')) return { does: 'list' };
  if (key === 'F6' && !altKey && !ctrlKey && !metaKey) {
    return { does: shiftKey ? 'region-before' : 'region-after' };
  }
  if (altKey && !ctrlKey && !metaKey && !shiftKey) {
    const section = SECTIONS[Number(/^Digit([1-4])$/.exec(code)?.[1]) - 1];
    if (section !== undefined) return { does: 'section', section };
  }
  return undefined;
}
