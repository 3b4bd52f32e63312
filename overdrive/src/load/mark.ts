/** The size of nearly all sealed messages. */
const SEALED_BYTES = 2_560;
/** … and of the largest. */
export const LARGEST_SEALED_BYTES = 73_728;

/** What a message begins with, found again in whatever it is wrapped in: twelve bytes, sixteen letters of base64. */
const MARK = Buffer.from('overdriveMSG');
const MARK_TEXT = MARK.toString('base64');
const NUMBER_BYTES = 6;

/** What a numbered message says. */
export function contentOf(message: number, bytes = SEALED_BYTES): Buffer {
  const content = Buffer.alloc(bytes, 7);
  MARK.copy(content);
  content.writeUIntBE(message, MARK.length, NUMBER_BYTES);
  return content;
}

/** The number of the message that these bytes carry, or undefined. */
export function messageIn(bytes: Buffer): number | undefined {
  const at = bytes.indexOf(MARK);
  return at < 0 ? undefined : bytes.readUIntBE(at + MARK.length, NUMBER_BYTES);
}

/** Where in a text that holds such a content in base64 its number stands. */
export function numberAt(template: Buffer): number {
  return template.indexOf(MARK_TEXT) + MARK_TEXT.length;
}

export function writeNumber(into: Buffer, at: number, message: number): void {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeUIntBE(message, 0, NUMBER_BYTES);
  into.write(bytes.toString('base64'), at, 'latin1');
}
