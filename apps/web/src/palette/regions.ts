/** The parts of the screen in the order that F6 goes through; the rail is the first navigation of the page. */
const REGIONS = ['nav', '#list', '#main'] as const;

/** What can take the focus, in the order of the page. */
const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

/** Take the focus to the next part of the screen that is shown, or the one before. */
export function focusRegion(step: 1 | -1): void {
  const regions = REGIONS.map((selector) => document.querySelector<HTMLElement>(selector)).filter(
    (region) => region !== null && region.getClientRects().length > 0,
  ) as HTMLElement[];
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const start = at === -1 && step === -1 ? 0 : at;
  const region = regions[(start + step + regions.length) % regions.length];
  if (region === undefined) return;
  if (region.hasAttribute('tabindex')) region.focus();
  else {
    // The rail itself cannot be focused: its section of now, or its first button.
    const current = region.querySelector<HTMLElement>('[aria-current]');
    (current ?? region.querySelector<HTMLElement>(FOCUSABLE))?.focus();
  }
}
