/**
 * Id of a run: UTC time to the second and four hex digits, e.g. `20260301-142501-3f2c`. Sorts by time and is safe as a
 * folder name on every file system.
 */
export function createRunId(started: Date, random: () => number): string {
  const time = started.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const suffix = Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${time}-${suffix}`;
}
