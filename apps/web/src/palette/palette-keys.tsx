import { useCallback, useState } from 'react';
import { AddContactDialog } from '../share/add-contact.tsx';
import { MyIdDialog } from '../share/my-id.tsx';
import { Palette } from './palette.tsx';
import type { PaletteDialog } from './palette-dialog.ts';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** The keys that work everywhere, and what they open. */
export function PaletteKeys() {
  const [shown, setShown] = useState<PaletteDialog>();
  const close = useCallback(() => setShown(undefined), []);
  useShortcuts(setShown);
  if (shown === 'palette') return <Palette onClose={close} onShow={setShown} />;
  if (shown === 'list') return <ShortcutsDialog onClose={close} />;
  if (shown === 'my-id') return <MyIdDialog onClose={close} />;
  if (shown === 'add-contact') return <AddContactDialog onClose={close} />;
  return null;
}
