/** One file of an action's repository. */
export interface ActionFile {
  readonly path: string;
  readonly mode: 'file' | 'executable' | 'link';
  readonly content: Uint8Array;
}

/** What stands behind `owner/name@ref`. */
export type ActionLookup =
  | { readonly kind: 'found'; readonly sha: string; files(): Iterable<ActionFile> }
  | { readonly kind: 'no-repository' }
  | { readonly kind: 'no-version' }
  /** A shortened commit id, which GitHub refuses. */
  | { readonly kind: 'short'; readonly sha: string };

/** Finds actions: repositories of the sandbox, then stand-ins. A ref is a tag, a branch or a full commit id. */
export type FindAction = (owner: string, name: string, ref: string) => ActionLookup;

/** Asks the first; where it knows no such repository, the second. */
export function orElse(first: FindAction, second: FindAction): FindAction {
  return (owner, name, ref) => {
    const found = first(owner, name, ref);
    return found.kind === 'no-repository' ? second(owner, name, ref) : found;
  };
}

/** GitHub's words for an action that is not there; undefined where it is. */
export function unresolved(uses: string, ref: string, found: ActionLookup): string | undefined {
  switch (found.kind) {
    case 'found':
      return undefined;
    case 'no-repository':
      return `Unable to resolve action \`${uses}\`, repository not found`;
    case 'no-version':
      return `Unable to resolve action \`${uses}\`, unable to find version \`${ref}\``;
    case 'short':
      return `Unable to resolve action \`${uses}\`, the provided ref \`${ref}\` is the shortened version of a commit SHA, which is not supported. Please use the full commit SHA \`${found.sha}\` instead.`;
  }
}
