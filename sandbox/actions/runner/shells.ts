import { closeSync, constants, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

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

/** What the engine is told: the command behind `wrapper`, which is a command itself. */
export function engineShell(shell: string | undefined, wrapper: string): string {
  if (shell !== undefined && ENGINE.includes(shell)) return shell;
  return `${wrapper} ${shellCommand(shell)}`;
}

/**
 * Runs a command as a real runner does: nothing to read, output through a pipe, processes left in the background live
 * on after the step. The engine would give it a terminal: pagers would wait, `read` would block; and what a command says
 * last it may lose. So this ends only once the last line has come through, and nothing follows it.
 */
function wrapper(last: string): string {
  return `exec 2>/dev/null
trap '' HUP
unset ACT ACT_DISABLE_VERSION_CHECK SHA_REF
for name in HTTP_PROXY GITHUB_ACTION_PATH GITHUB_ACTION_REF GITHUB_ACTION_REPOSITORY; do
  eval "[ -n \\"\\$$name\\" ]" || unset "$name"
done
RUNNER_WORKSPACE=\${GITHUB_WORKSPACE%/*}
export RUNNER_WORKSPACE
tools=\${0%/*}
path=:$PATH:
while [ "\${path#*":$tools/engine:"}" != "$path" ]; do
  path=\${path%%":$tools/engine:"*}:\${path#*":$tools/engine:"}
done
path=\${path#:}
path=\${path%:}
PATH=/usr/bin:/bin:$path
out="$tools/out.$$"
rm -f "$out" "$out.seen"
mkfifo "$out" "$out.seen" || exit 1
cat <"$out" &
copier=$!
exec 3<>"$out.seen" 4>"$out"
PATH=$path "$@" </dev/null >&4 2>&1 3>&- 4>&-
code=$?
last=
[ $code -eq 0 ] || last="${last}"
printf '\\n[[last %s]]%s\\n' "$$" "$last" >&4
read -r -t 60 <&3
exec 5<"$out" 4>&-
cat <&5 >/dev/null &
kill $copier
rm -f "$out" "$out.seen"
exit $code
`;
}

/** Scripts of {@link wrapper}: for the scripts of steps, and for actions, of whose exit codes nothing is said. */
const WRAPPERS = {
  'step.sh': wrapper('##[error]Process completed with exit code $code.'),
  'action.sh': wrapper(''),
} as const;

/** Programs that the engine calls by name: in local composite actions, and Node for actions. */
const PROGRAMS = ['bash', 'sh', 'python', 'pwsh'];

/** How the engine asks where Node is. */
const PROBE = '--no-warnings -e console.log(process.execPath)';

/** What the wrappers need to know of the machine. */
interface Machine {
  /** Path of bash: unlike others, it passes on variables with hyphens in their names. */
  readonly bash: string;
  readonly has: (program: string) => boolean;
}

/** How the engine computes `hashFiles`, which reads what it says. */
const HASH_FILES = '*/workflow/hashfiles/index.js';

/** Writes the wrappers and, in `engine/`, programs that run behind them. @returns the command for scripts of steps */
export function writeWrappers(tools: string, { bash, has }: Machine): string {
  const engine = join(tools, 'engine');
  mkdirSync(engine, { recursive: true });
  for (const [name, script] of Object.entries(WRAPPERS)) writeFileSync(join(tools, name), script);
  const behind = (name: keyof typeof WRAPPERS): string => `${bash} -p ${join(tools, name)}`;
  const programs = PROGRAMS.filter(has).map((name) => [name, `exec ${behind('step.sh')} ${name} "$@"`]);
  const real = `'${process.execPath}' "$@"`;
  const node = `[ "$*" = '${PROBE}' ] && echo "$0" && exit
case $1 in ${HASH_FILES}) exec ${real} ;; esac
exec ${behind('action.sh')} ${real}`;
  for (const [name, command] of [...programs, ['node', node]]) {
    writeFileSync(join(engine, name!), `#!${bash} -p\n${command!}\n`, { mode: 0o755 });
  }
  return behind('step.sh');
}

/** A line that tells that the last one of a process has come through, and what is to be said of its end. */
export function lastLine(line: string): { readonly process: string; readonly text: string } | undefined {
  const [, process, text] = /^\[\[last (\d+)\]\](.*)$/.exec(line) ?? [];
  return process === undefined ? undefined : { process, text: text! };
}

/** Tells the wrapper that its last line has come through; it may be gone. */
export function confirmLast(tools: string, process: string): void {
  try {
    const pipe = openSync(join(tools, `out.${process}.seen`), constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(pipe, '\n');
    closeSync(pipe);
  } catch {
    // Killed meanwhile.
  }
}
