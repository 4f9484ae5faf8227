import type { CallReference } from './model.ts';

const FILE = /^\.github\/workflows\/[^/]+\.ya?ml$/;

/**
 * Reads `uses` of a job: `./.github/workflows/x.yml` (or `$/…`) or `owner/repo/.github/workflows/x.yml@ref`; else GitHub's message.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_iduses
 */
export function readCallReference(
  text: string,
): CallReference | { readonly kind: 'wrong'; readonly message: string } {
  const wrong = (message: string) =>
    ({ kind: 'wrong', message: `invalid value workflow reference: ${message}` }) as const;
  // Both mean the repository and commit of the file that says so.
  if (text.startsWith('./') || text.startsWith('$/')) {
    const path = text.slice(2);
    if (path.includes('@')) return wrong('cannot specify version when calling local workflows');
    if (!FILE.test(path))
      return wrong('workflows must be defined at the top level of the .github/workflows/ directory');
    return { kind: 'local', path, text };
  }
  const [file = '', ref, ...more] = text.split('@');
  const [owner = '', repository = '', ...rest] = file.split('/');
  if (owner === '' || repository === '' || rest.length === 0)
    return wrong(
      "references to workflows must be prefixed with format 'owner/repository/' or './' for local workflows",
    );
  const path = rest.join('/');
  if (!FILE.test(path))
    return wrong('workflows must be defined at the top level of the .github/workflows/ directory');
  if (ref === undefined || ref === '' || more.length > 0) return wrong('no version specified');
  return { kind: 'remote', owner, repository, path, ref, text };
}
