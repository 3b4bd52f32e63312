/** What the keys that work everywhere open. */
export type PaletteDialog = 'palette' | 'list' | 'my-id' | 'add-contact';
