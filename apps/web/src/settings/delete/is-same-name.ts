/** Whether somebody has typed this name; how its accents are composed is the keyboard's affair. */
export function isSameName(typed: string, name: string): boolean {
  return name !== '' && typed.trim().normalize('NFC') === name.trim().normalize('NFC');
}
