import { PlatformError, type Problem } from '../src/contracts/errors.ts';

type Level = 'read' | 'write' | 'admin';
type Granted = Readonly<Record<string, string | undefined>>;

/** What the App asks for, and what for (docs/bot.md shows this table). */
export const PERMISSIONS = {
  metadata: { level: 'read', why: 'the repository’s name, default branch and rules' },
  contents: { level: 'write', why: 'the log, version tags, releases and their files' },
  pull_requests: { level: 'write', why: 'pull requests and the one comment' },
  issues: { level: 'write', why: 'labels, requests in issues, receipts' },
  checks: { level: 'write', why: 'the check slipway/gate' },
  actions: { level: 'write', why: 'results of workflow runs; starting deployments and retraining' },
  deployments: { level: 'write', why: 'deployment records' },
  members: { level: 'read', why: 'approvers that are teams' },
} as const satisfies Readonly<Record<string, { level: Level; why: string }>>;

/** Events that wake it; none of them decides anything. */
export const EVENTS = [
  'check_run',
  'create',
  'delete',
  'deployment_status',
  'issue_comment',
  'issues',
  'label',
  'member',
  'membership',
  'pull_request',
  'pull_request_review',
  'push',
  'release',
  'repository',
  'team',
  'workflow_run',
] as const;

/**
 * Never, at any level that writes: with one of these, somebody who tricks the bot owns the repository or its workflows
 * (the class of attacks on bots that could write workflows).
 */
const FORBIDDEN = [
  'administration',
  'workflows',
  'secrets',
  'actions_variables',
  'environments',
  'packages',
  'organization_administration',
  'organization_secrets',
  'organization_self_hosted_runners',
  'repository_hooks',
  'organization_hooks',
  'codespaces_secrets',
  'dependabot_secrets',
];

const ORDER: readonly string[] = ['read', 'write', 'admin'];

/** What is wrong with the permissions an App or installation has: forbidden ones first, then missing ones. */
export function permissionProblems(granted: Granted): readonly Problem[] {
  const forbidden = FORBIDDEN.filter((name) => granted[name] === 'write' || granted[name] === 'admin').map(
    (name): Problem => ({
      code: 'PERMISSION',
      message: `the App may ${granted[name] ?? ''} ${name}; the bot must not have this permission`,
      hint: `take ${name} away in the App’s settings under “Permissions & events”`,
    }),
  );
  const missing = Object.entries(PERMISSIONS).flatMap(([name, { level, why }]): Problem[] =>
    name !== 'members' && ORDER.indexOf(granted[name] ?? '') < ORDER.indexOf(level)
      ? [
          {
            code: 'PERMISSION',
            message: `the App needs ${name}: ${level} (${why}), found ${granted[name] ?? 'none'}`,
            hint: 'grant it in the App’s settings, then accept the new permissions in the installation',
          },
        ]
      : [],
  );
  return [...forbidden, ...missing];
}

/** Refuses to start with forbidden permissions; missing ones are for the log. @throws PlatformError PERMISSION */
export function refuseForbidden(granted: Granted): readonly Problem[] {
  const problems = permissionProblems(granted);
  const forbidden = problems.filter(({ message }) => message.includes('must not have'));
  if (forbidden.length > 0) throw new PlatformError(forbidden);
  return problems;
}
