/** Name of the lock that guards a work folder. */
export function workLock(name: string): string {
  return `work-${name}`;
}
