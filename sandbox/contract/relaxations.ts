/** One place where GitHub's description contradicts what GitHub sends or takes. */
interface Relaxation {
  readonly file: 'rest' | 'webhooks';
  /** Keys from the top of the vendored file to the schema that is replaced. */
  readonly at: readonly string[];
  readonly schema: unknown;
  /** What GitHub does, and where that is said. */
  readonly why: string;
}

/** Every deviation from the vendored descriptions. A place that no longer exists is an error: remove the entry. */
const RELAXATIONS: readonly Relaxation[] = [
  // The heads of a pull request and of one in a list: schemas without a name of their own.
  ...['~a2046820a7', '~082bae39b7'].map((component): Relaxation => ({
    file: 'rest',
    at: ['components', component, 'properties', 'repo'],
    schema: { anyOf: [{ type: 'null' }, { $ref: 'c:repository' }] },
    why: 'The head of a deleted fork has no repository: https://docs.github.com/graphql/reference/objects#pullrequest (headRepository)',
  })),
  {
    file: 'rest',
    at: ['components', 'issue-search-result-item', 'properties', 'body'],
    schema: { type: ['string', 'null'] },
    why: 'An issue without a body is found with a body of null, as it is listed: https://docs.github.com/rest/issues/issues#list-repository-issues',
  },
  {
    file: 'rest',
    at: ['operations', 'apps/list-installations', 'responses', '200', 'items'],
    schema: { $ref: 'c:installation' },
    why: 'The list asks an account to be a user and an enterprise at once; one installation asks for either: https://docs.github.com/rest/apps/apps#get-an-installation-for-the-authenticated-app',
  },
  ...(
    [
      ['pull-request-review-comment', 'position'],
      ['pull-request-review-comment', 'line'],
      ['pull-request-review-comment', 'original_line'],
      ['review-comment', 'line'],
      ['review-comment', 'original_line'],
    ] as const
  ).map(([component, name]): Relaxation => ({
    file: 'rest',
    at: ['components', component, 'properties', name],
    schema: { type: ['integer', 'null'] },
    why: 'An outdated comment has no position or line, one on a whole file never had a line; the webhook of the same comment has null: https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request_review_comment',
  })),
  {
    file: 'rest',
    at: ['components', 'release-asset', 'properties', 'state'],
    schema: { type: 'string', enum: ['starter', 'uploaded', 'open'] },
    why: 'A broken upload leaves "an empty asset with a state of starter": https://docs.github.com/rest/releases/assets#upload-a-release-asset',
  },
  {
    file: 'rest',
    at: ['components', 'deployment-status', 'properties', 'state'],
    schema: {
      type: 'string',
      enum: ['error', 'failure', 'inactive', 'pending', 'success', 'queued', 'in_progress', 'waiting'],
    },
    why: 'A job that waits for its environment has a deployment in the state WAITING: https://docs.github.com/graphql/reference/enums#deploymentstatusstate',
  },
  ...['target_url', 'environment_url', 'log_url'].map((name): Relaxation => ({
    file: 'rest',
    at: ['components', 'deployment-status', 'properties', name],
    schema: { type: 'string' },
    why: 'All are empty by default: https://docs.github.com/rest/deployments/statuses#create-a-deployment-status',
  })),
  ...['environment_url', 'log_url'].map((name): Relaxation => ({
    file: 'webhooks',
    at: [
      'components',
      'webhook-deployment-status-created',
      'properties',
      'deployment_status',
      'properties',
      name,
    ],
    schema: { type: 'string' },
    why: 'Both are empty by default: https://docs.github.com/rest/deployments/statuses#create-a-deployment-status',
  })),
  ...[
    ['actions/list-workflow-runs', '9'],
    ['actions/list-workflow-runs-for-repo', '8'],
  ].map(([operation = '', place = '']): Relaxation => ({
    file: 'rest',
    at: ['operations', operation, 'parameters', place, 'schema'],
    schema: { type: 'string' },
    why: '`created` takes ranges of the search syntax such as >=2026-01-01: https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository',
  })),
];

/** Applies the relaxations of one vendored file to what was read of it. */
export function relax<Contract>(file: Relaxation['file'], contract: Contract): Contract {
  for (const { at, schema } of RELAXATIONS.filter((one) => one.file === file)) {
    let node = contract as Record<string, unknown>;
    for (const key of at.slice(0, -1)) {
      const next = node[key];
      if (typeof next !== 'object' || next === null) throw new Error(`${file}: nothing at ${at.join('/')}`);
      node = next as Record<string, unknown>;
    }
    const last = at.at(-1)!;
    if (!(last in node)) throw new Error(`${file}: nothing at ${at.join('/')}`);
    node[last] = schema;
  }
  return contract;
}
