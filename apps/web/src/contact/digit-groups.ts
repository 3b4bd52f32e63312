/** Digits a group: what a person keeps in mind while looking at the other screen. */
const GROUP = 5;

/** A safety number in the groups that people read to each other. */
export function digitGroups(digits: string): readonly string[] {
  return digits.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
}

/** Digit by digit for a screen reader, which would say a group as one number. */
export function spelled(group: string): string {
  return [...group].join(' ');
}
