/** Every layer that names a next stop has this, and nothing else in a node's memory is JSON with it. */
const MARK = Buffer.from('"ephemeral_key"');
const LONGEST = 1024;
const OPEN = '{'.charCodeAt(0);
const CLOSE = '}'.charCodeAt(0);

/**
 * The names of fields in layers of onion requests that were opened in some memory: all that a hop is told. A name
 * that stands for a value of another hop would say more than a hop may know, whatever its value looks like.
 */
export function layerFieldsIn(memory: Buffer): ReadonlySet<string> {
  const fields = new Set<string>();
  for (let at = memory.indexOf(MARK); at !== -1; at = memory.indexOf(MARK, at + 1)) {
    const start = memory.lastIndexOf(OPEN, at);
    const end = memory.indexOf(CLOSE, at);
    if (start === -1 || end === -1 || end - start > LONGEST) continue;
    for (const name of namesIn(memory.toString('utf8', start, end + 1)))
      fields.add(`field of a layer: ${name}`);
  }
  return fields;
}

function namesIn(text: string): readonly string[] {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? Object.keys(read) : [];
  } catch {
    // Half of a layer, the rest of which was written over.
    return [];
  }
}
