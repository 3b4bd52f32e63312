import type { KeyboardEvent } from 'react';

/** How near to the end the next page is asked for, in pixels. */
const NEAR = 300;

export function nearEnd({ scrollTop, clientHeight, scrollHeight }: HTMLElement): boolean {
  return scrollTop + clientHeight > scrollHeight - NEAR;
}

/** Arrow up and down go from one result to the next. */
export function arrowKeys(event: KeyboardEvent<HTMLElement>): void {
  const { key, altKey, currentTarget } = event;
  if (altKey || (key !== 'ArrowDown' && key !== 'ArrowUp')) return;
  const buttons = [...currentTarget.querySelectorAll<HTMLElement>('button')];
  const at = buttons.findIndex((button) => button.matches(':focus'));
  const next = buttons[at + (key === 'ArrowDown' ? 1 : -1)];
  if (at === -1 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
