import { useRef } from 'react';

/** Letters that come sooner than this belong together. */
const PAUSE_MS = 800;

/** What was typed ahead, with the letter that comes now. */
export function useTypeahead(): (letter: string) => string {
  const typed = useRef({ text: '', at: 0 });
  return (letter) => {
    const now = performance.now();
    const before = now - typed.current.at < PAUSE_MS ? typed.current.text : '';
    // The same letter again goes through all rows that begin with it.
    const text = before === letter ? letter : before + letter;
    typed.current = { text, at: now };
    return text;
  };
}
