/** A literal, a quoted name or a comment, where a question mark is no placeholder; or a placeholder. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g;

const known = new Map<string, TemplateStringsArray>();

/**
 * The parts of a statement around its placeholders `?`, like those of a tagged template. Texts of statements are
 * constants, so they are remembered.
 */
export function splitStatement(sql: string): TemplateStringsArray {
  const before = known.get(sql);
  if (before !== undefined) return before;
  const parts: string[] = [];
  let from = 0;
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    if (token !== '?') continue;
    parts.push(sql.slice(from, index));
    from = index + 1;
  }
  parts.push(sql.slice(from));
  const strings = Object.assign(parts, { raw: parts });
  known.set(sql, strings);
  return strings;
}
