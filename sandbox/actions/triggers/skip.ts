const WORDS = ['[skip ci]', '[ci skip]', '[no ci]', '[skip actions]', '[actions skip]'];

/**
 * Does a commit message ask that `push` and `pull_request` start nothing?
 * Source: https://docs.github.com/actions/how-tos/manage-workflow-runs/skip-workflow-runs
 */
export function asksToSkip(message: string): boolean {
  const text = message.toLowerCase();
  if (WORDS.some((word) => text.includes(word))) return true;
  // A trailer: last line of the last block, which two empty lines set apart.
  const block =
    text
      .trimEnd()
      .split(/\n[ \t]*\n[ \t]*\n/)
      .at(-1) ?? '';
  return block !== text.trimEnd() && /^skip-checks: ?true$/.test(block.split('\n').at(-1) ?? '');
}
