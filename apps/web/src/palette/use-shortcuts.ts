import { useEffect } from 'react';
import { go } from '../state/route.ts';
import { focusRegion } from './regions.ts';
import { type Shortcut, shortcutOf } from './shortcut-of.ts';

/** Something modal is open, and keys belong to it. */
function isBusy(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], dialog[open]') !== null;
}

/** Keys that work everywhere. Once per page; `show` opens the palette or the list of keys. */
export function useShortcuts(show: (what: 'palette' | 'list') => void): void {
  useEffect(() => {
    const act = (shortcut: Shortcut) => {
      if (shortcut.does === 'section') go({ screen: shortcut.section });
      else if (shortcut.does === 'region-after') focusRegion(1);
      else if (shortcut.does === 'region-before') focusRegion(-1);
      else show(shortcut.does);
    };
    const take = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (shortcut === undefined || event.defaultPrevented) return;
      // Never the browser's own meaning of the key, also when ours has to wait.
      event.preventDefault();
      if (!isBusy()) act(shortcut);
    };
    addEventListener('keydown', take);
    return () => removeEventListener('keydown', take);
  }, [show]);
}
