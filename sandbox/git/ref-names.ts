/** Names of refs: `refs/heads/main`. Rules: https://git-scm.com/docs/git-check-ref-format */

/** Whether git would take the name for a full ref name. */
export function isRefName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- the rule names control characters
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/.test(name)) return false;
  const parts = name.split('/');
  return (
    parts.length >= 2 &&
    parts.every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

/** Whether the name may be a branch's: a ref name which is not `HEAD` and does not begin with a dash. */
export function isBranchName(name: string): boolean {
  return name !== 'HEAD' && !name.startsWith('-') && isRefName(`refs/heads/${name}`);
}

/**
 * The existing ref that stands in the way of a new one: `refs/heads/a` and `refs/heads/a/b` cannot both be,
 * because git keeps refs as files. `below` tells whether any ref begins with a prefix.
 */
export function blockingRef(
  name: string,
  exists: (name: string) => boolean,
  below: (prefix: string) => string | undefined,
): string | undefined {
  for (let slash = name.indexOf('/', 5); slash >= 0; slash = name.indexOf('/', slash + 1))
    if (exists(name.slice(0, slash))) return name.slice(0, slash);
  return below(`${name}/`);
}
