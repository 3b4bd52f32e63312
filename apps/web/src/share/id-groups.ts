/** Digits a group: what a person keeps in mind while looking elsewhere. */
const GROUP = 6;

/** An account ID in eleven groups of six digits, to read aloud or to compare. */
export function idGroups(id: string): readonly string[] {
  return id.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
}
