/**
 * The tag names of GTO: `ARTIFACT@vX.Y.Z`, `ARTIFACT#STAGE`, each with `!` for its undoing, and `ARTIFACT@deprecated`;
 * any of them may end in a counter `#N`. An artifact `dir:name` is written `dir=name`.
 * Source: gto/constants.py, `tag_re`, of GTO 1.10.1. `\p{Nd}` stands where Python's `\d` also takes other digits.
 */

const DIRECTORY = '[a-zA-Z0-9_./-]+';
const NAME = '[a-zA-Z0-9](?:[a-zA-Z0-9/_-]*[a-zA-Z0-9])?';
const NUMBER = String.raw`(?:0|[1-9]\p{Nd}*)`;
const PRERELEASE = String.raw`(?:0|[1-9]\p{Nd}*|\p{Nd}*[a-zA-Z-][0-9a-zA-Z-]*)`;
const BUILD = '[0-9a-zA-Z-]+';
const SEMVER =
  String.raw`${NUMBER}\.${NUMBER}\.${NUMBER}` +
  String.raw`(?:-${PRERELEASE}(?:\.${PRERELEASE})*)?(?:\+${BUILD}(?:\.${BUILD})*)?`;
const TAG = new RegExp(
  `^(?<artifact>(?:${DIRECTORY}=)?${NAME})` +
    `(?:(?:#(?<stage>${NAME})|@(?<version>v${SEMVER}))(?<undo>!?)|@(?<word>deprecated|created))` +
    `(?:#(?<counter>[0-9]+))?$`,
  'u',
);

interface Tagged {
  /** `name`, or `dir:name` as GTO prints it. */
  readonly artifact: string;
  /** As large as anybody writes it; tags without one have none. */
  readonly counter?: bigint;
}

/** What a tag says. Versions carry their `v`. */
export type GtoTag =
  | (Tagged & { readonly kind: 'register' | 'deregister'; readonly version: string })
  | (Tagged & { readonly kind: 'assign' | 'unassign'; readonly stage: string })
  | (Tagged & { readonly kind: 'deprecate' | 'create' });

/** What the name of a tag (without `refs/tags/`) says; null where GTO does not take it for one of its own. */
export function parseGtoTag(name: string): GtoTag | null {
  const { artifact = '', stage, version, undo, word, counter } = TAG.exec(name)?.groups ?? {};
  if (artifact === '') return null;
  const tagged: Tagged = {
    artifact: artifact.replace('=', ':'),
    ...(counter === undefined ? {} : { counter: BigInt(counter) }),
  };
  if (version !== undefined) return { ...tagged, kind: undo === '!' ? 'deregister' : 'register', version };
  if (stage !== undefined) return { ...tagged, kind: undo === '!' ? 'unassign' : 'assign', stage };
  return { ...tagged, kind: word === 'created' ? 'create' : 'deprecate' };
}

/** The name that says it: the inverse of `parseGtoTag`, but for leading zeros of a counter, which it leaves out. */
export function printGtoTag(tag: GtoTag): string {
  const counter = tag.counter === undefined ? '' : `#${tag.counter}`;
  return `${tag.artifact.replace(':', '=')}${printEvent(tag)}${counter}`;
}

function printEvent(tag: GtoTag): string {
  switch (tag.kind) {
    case 'register':
      return `@${tag.version}`;
    case 'deregister':
      return `@${tag.version}!`;
    case 'assign':
      return `#${tag.stage}`;
    case 'unassign':
      return `#${tag.stage}!`;
    case 'deprecate':
      return '@deprecated';
    case 'create':
      return '@created';
  }
}
