/** Where the style sheet lets the field grow with its text, nothing needs to be measured. */
const growsByItself = CSS.supports('field-sizing', 'content');

/** As high as its text; the style sheet ends it at eight lines. */
export function grow(field: HTMLTextAreaElement): void {
  if (growsByItself) return;
  field.style.blockSize = 'auto';
  field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}
