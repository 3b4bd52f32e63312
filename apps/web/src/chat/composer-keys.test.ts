import { describe, expect, it } from 'vitest';
import { sends } from './composer-keys.ts';

const keys = (more: object) => ({
  key: 'Enter',
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 13,
  ...more,
});

describe('Enter in the composer', () => {
  it('sends, and begins a line with Shift', () => {
    expect(sends(keys({}), true)).toBe(true);
    expect(sends(keys({ shiftKey: true }), true)).toBe(false);
  });

  it('does it the other way round where that was chosen', () => {
    expect(sends(keys({}), false)).toBe(false);
    expect(sends(keys({ shiftKey: true }), false)).toBe(true);
  });

  it('with Ctrl or ⌘ sends in both', () => {
    for (const enterSends of [true, false]) {
      expect(sends(keys({ ctrlKey: true }), enterSends)).toBe(true);
      expect(sends(keys({ metaKey: true }), enterSends)).toBe(true);
    }
  });

  it('belongs to an input method while it composes', () => {
    expect(sends(keys({ isComposing: true }), true)).toBe(false);
    expect(sends(keys({ keyCode: 229 }), true)).toBe(false);
  });

  it('is the only key that sends', () => {
    expect(sends(keys({ key: 'a', ctrlKey: true }), true)).toBe(false);
  });
});
