import { useEffect, useRef } from 'react';

/** Ctrl or ⌘ with Shift and F searches the chat that is open. */
export function useSearchKey(open: () => void): void {
  const act = useRef(open);
  act.current = open;
  useEffect(() => {
    const take = (event: KeyboardEvent) => {
      const isCommand = event.ctrlKey !== event.metaKey && event.shiftKey && !event.altKey;
      if (!isCommand || event.key.toLowerCase() !== 'f' || event.defaultPrevented) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
      event.preventDefault();
      act.current();
    };
    addEventListener('keydown', take);
    return () => removeEventListener('keydown', take);
  }, []);
}
