type Keys = Pick<
  KeyboardEvent,
  'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'keyCode'
>;

/** The code of keys that belong to an input method; Safari ends composing before it tells the last of them. */
const PROCESSED_BY_METHOD = 229;

/** Whether a key in the composer sends. With Ctrl or ⌘, Enter always does. */
export function sends(keys: Keys, enterSends: boolean): boolean {
  if (keys.key !== 'Enter' || keys.isComposing || keys.keyCode === PROCESSED_BY_METHOD) return false;
  if (keys.altKey) return false;
  if (keys.ctrlKey || keys.metaKey) return true;
  return keys.shiftKey !== enterSends;
}
