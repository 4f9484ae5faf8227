/**
 * Id of a run: model, UTC time to the second and four hex digits, e.g. `churn-20260301-142501-3f2c`. Sorts by time
 * within a model and is safe as a folder name on every file system.
 */
export function createRunId(model: string, started: Date, random: () => number): string {
  const time = started.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const suffix = Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${model.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}-${time}-${suffix}`;
}
