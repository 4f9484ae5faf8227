/** Name of the variable that marks every process of a command, so that those which leave the group can be found. */
export const MARK_VARIABLE = 'SLIPWAY_TREE';

/**
 * Runs the command ($1) once it is told to: were Slipway killed between starting it and starting its watchdog, the
 * read meets the end of the pipe and nothing runs. Afterwards it reports the processor time of its children (`times`)
 * on the same descriptor. It outlives SIGTERM, which the command may need time to answer.
 */
export const SUPERVISOR = `
read -r go <&3 || exit 125
trap : TERM INT HUP
/bin/sh -c "$1" 3<&-
status=$?
times >&3 2>/dev/null
exit $status
`;

/**
 * Waits on its standard input, which only Slipway holds. The word "done" ends it; the end of the pipe without it
 * means that Slipway is gone (kill -9, out of memory): then the process group $1 and all that carry the mark $2 get
 * SIGTERM, and SIGKILL after a grace of $3 tenths of a second. It lives in a session of its own, so Ctrl-C and the
 * closing of the terminal do not reach it.
 */
export const WATCHDOG = `
trap '' TERM INT HUP QUIT
while read -r word; do [ "$word" = "done" ] && exit 0; done
hunt() {
  found=1
  kill -s "$1" -- "-$2" 2>/dev/null && found=0
  if [ -r /proc/self/environ ]; then
    for file in $(grep -ls -- "${MARK_VARIABLE}=$3" /proc/[0-9]*/environ 2>/dev/null); do
      pid=\${file#/proc/}
      kill -s "$1" "\${pid%/environ}" 2>/dev/null && found=0
    done
  else
    for pid in $(ps axeww -o pid=,command= | while read -r pid rest; do
      case "$rest" in *"${MARK_VARIABLE}=$3"*) echo "$pid" ;; esac
    done); do
      kill -s "$1" "$pid" 2>/dev/null && found=0
    done
  fi
  return $found
}
hunt TERM "$1" "$2"
tenths=0
while [ "$tenths" -lt "$3" ] && hunt 0 "$1" "$2"; do
  sleep 0.1
  tenths=$((tenths + 1))
done
tenths=0
while [ "$tenths" -lt 50 ] && hunt KILL "$1" "$2"; do
  sleep 0.1
  tenths=$((tenths + 1))
done
`;
