import { type KeyboardEvent, useState } from 'react';

/** Whether Caps Lock is on, as far as the last key told: browsers say it with keys only. */
export function useCapsLock(): {
  readonly on: boolean;
  readonly watch: {
    readonly onKeyDownCapture: (event: KeyboardEvent) => void;
    readonly onKeyUpCapture: (event: KeyboardEvent) => void;
  };
} {
  const [on, setOn] = useState(false);
  const look = (event: KeyboardEvent) => setOn(event.getModifierState('CapsLock'));
  return { on, watch: { onKeyDownCapture: look, onKeyUpCapture: look } };
}
