import { ENTRY_SCHEMA, LOG_BRANCH } from '../../contracts/entry.ts';

/** What somebody finds who opens the branch. */
export const README = `# ${LOG_BRANCH}

The registry's log, written by Slipway. Each commit is one entry (\`${ENTRY_SCHEMA}\`, the JSON in its message): a version
was registered, promoted, verified, rolled back, …

- \`models/<model>.json\`: what the entries say of a model, folded. Read this to know what a stage runs.
- \`requests/<key>\`: which entry answered a request.

Nothing here is edited by hand: a commit that Slipway did not write is named and not acted upon, and neither is what
comes after it. \`slipway registry verify\` reads everything again and says how to repair it.
`;
