/**
 * How a shell is called: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
 * Without `shell` it is bash without `pipefail`; `shell: bash` adds it.
 */
const BUILT_IN: Readonly<Record<string, string>> = {
  bash: 'bash --noprofile --norc -e -o pipefail {0}',
  sh: 'sh -e {0}',
  python: 'python {0}',
};
const DEFAULT = 'bash -e {0}';
/** Called by the engine itself: they need a script of a certain name. */
const ENGINE = ['pwsh', 'powershell', 'cmd'];

/** The command of a shell, for people. */
export function shellCommand(shell: string | undefined): string {
  if (shell === undefined || shell === '') return DEFAULT;
  return BUILT_IN[shell] ?? shell;
}

/** Is this something GitHub's runner would call? */
export function isShell(shell: string): boolean {
  return shell === '' || shell in BUILT_IN || ENGINE.includes(shell) || shell.includes('{0}');
}

/** What the engine is told: the command behind `wrapper`, which gives the script pipes instead of a terminal. */
export function engineShell(shell: string | undefined, wrapper: string): string {
  if (shell !== undefined && ENGINE.includes(shell)) return shell;
  return `/bin/sh ${wrapper} ${shellCommand(shell)}`;
}

/**
 * Runs a command as a real runner does: nothing to read, output through a pipe, processes left in the background live
 * on after the step. The engine would give it a terminal: pagers would wait, `read` would block.
 */
export const WRAPPER = `trap '' HUP
unset ACT ACT_DISABLE_VERSION_CHECK SHA_REF
for name in HTTP_PROXY GITHUB_ACTION_PATH GITHUB_ACTION_REF GITHUB_ACTION_REPOSITORY; do
  eval "[ -n \\"\\$$name\\" ]" || unset "$name"
done
RUNNER_WORKSPACE=\${GITHUB_WORKSPACE%/*}
export RUNNER_WORKSPACE
path=$PATH
PATH=/usr/bin:/bin:$PATH
out="\${0%/*}/out.$$"
rm -f "$out" "$out.end"
mkfifo "$out" || exit 1
{ cat 2>/dev/null; : >"$out.end"; cat >/dev/null; } <"$out" &
PATH=$path "$@" </dev/null >"$out" 2>&1
code=$?
turns=0
until [ -e "$out.end" ] || [ $turns -ge 100 ]; do
  sleep 0.01
  turns=$((turns + 1))
done
rm -f "$out" "$out.end"
[ $code -eq 0 ] || printf '##[error]Process completed with exit code %s.\\n' "$code"
exit $code
`;
