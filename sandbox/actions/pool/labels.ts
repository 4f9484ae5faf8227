const HOSTED = /^ubuntu-(?:latest|slim|\d\d\.\d\d)(?:-arm)?$/i;
/** Labels every self-hosted runner on this machine has. */
const OWN = ['self-hosted', process.platform === 'darwin' ? 'macos' : 'linux', process.arch];

/**
 * Does this machine take a job with these `runs-on` labels? Linux images of GitHub are this machine; a self-hosted job
 * needs all its labels here and the group Default. Jobs for Windows and macOS stay in the queue, as they do where no such runner exists.
 * https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/use-in-a-workflow
 */
export function fits(
  { labels, group }: { readonly labels: readonly string[]; readonly group: string | null },
  given: readonly string[],
): boolean {
  if (group !== null && group.toLowerCase() !== 'default') return false;
  const wanted = labels.map((label) => label.toLowerCase());
  if (wanted.length === 0) return false;
  if (!wanted.includes('self-hosted')) {
    const mine = given.map((label) => label.toLowerCase());
    return wanted.every((label) => HOSTED.test(label) || mine.includes(label));
  }
  const all = new Set([...OWN, ...given].map((label) => label.toLowerCase()));
  return wanted.every((label) => all.has(label));
}
