import type { Context, Handler, Reply, Routes } from '../kernel/context.ts';
import { ApiError } from '../kernel/errors.ts';
import {
  type ChecksInput,
  checksOf,
  protect,
  type ProtectionInput,
  type ReviewsInput,
  reviewsOf,
} from '../refs/rules/protect.ts';
import { protectionOf } from '../refs/rules/protection.ts';
import { refKey } from '../state/repositories.ts';
import type { Protection } from '../state/rules.ts';
import {
  adminProtectionView,
  checkProtectionView,
  protectionPayload,
  protectionView,
  restrictionsView,
  reviewProtectionView,
  signatureProtectionView,
} from '../views/protection.ts';

/** @throws ApiError 404 where there is no such branch */
function requireBranch(c: Context): string {
  const branch = c.text('branch');
  if (c.tables.refs.get(refKey(c.repo.id, `refs/heads/${branch}`)) === undefined)
    throw new ApiError(404, 'Branch not found');
  return branch;
}

/** The protection of the path's branch. @throws ApiError 404 with GitHub's words */
function requireProtection(c: Context): Protection {
  const branch = requireBranch(c);
  const protection = protectionOf(c.core, c.repo.id, branch);
  if (protection === undefined) throw new ApiError(404, 'Branch not protected');
  return protection;
}

/** A part of the protection. @throws ApiError 404 where it is off */
function part<Value>(value: Value | null, words: string): Value {
  if (value === null) throw new ApiError(404, words);
  return value;
}

const checksOn = (protection: Protection) => part(protection.checks, 'Required status checks not enabled');
const reviewsOn = (protection: Protection) =>
  part(protection.reviews, 'Required pull request reviews not enabled');

function tell(c: Context, action: 'created' | 'edited' | 'deleted', protection: Protection): void {
  c.emit({
    name: 'branch_protection_rule',
    action,
    repositoryId: c.repo.id,
    payload: (view) => ({
      rule: protectionPayload(view, protection),
      ...(action === 'edited' ? { changes: {} } : {}),
    }),
  });
}

/** Changes a part of the protection and tells it. */
function change(c: Context, protection: Protection, part_: Partial<Protection>): Protection {
  const after = c.tables.protections.put({ ...protection, ...part_, updatedAt: c.now });
  tell(c, 'edited', after);
  return after;
}

function update(c: Context): Reply {
  const branch = requireBranch(c);
  const existed = protectionOf(c.core, c.repo.id, branch) !== undefined;
  const protection = protect(c.core, c.repo, branch, c.input<ProtectionInput>());
  tell(c, existed ? 'edited' : 'created', protection);
  return c.ok(protectionView(c, protection));
}

function remove(c: Context): Reply {
  const protection = requireProtection(c);
  c.tables.protections.remove(protection.key);
  tell(c, 'deleted', protection);
  return c.noContent();
}

function updateReviews(c: Context): Reply {
  const protection = requireProtection(c);
  const reviews = reviewsOf(c.core, c.repo, c.input<ReviewsInput>(), protection.reviews);
  return c.ok(reviewProtectionView(c, change(c, protection, { reviews }), reviews));
}

function updateChecks(c: Context): Reply {
  const protection = requireProtection(c);
  const checks = checksOf(c.input<ChecksInput>(), checksOn(protection));
  return c.ok(checkProtectionView(c, change(c, protection, { checks }), checks));
}

/** Contexts come as `{contexts: […]}` or as the bare list. */
function contextsOf(c: Context): string[] {
  const body: unknown = c.body;
  if (Array.isArray(body)) return body as string[];
  return c.input<{ contexts?: string[] }>().contexts ?? [];
}

type Checks = NonNullable<Protection['checks']>['checks'];

const changeContexts =
  (next: (before: Checks, contexts: readonly string[]) => Checks): Handler =>
  (c) => {
    const protection = requireProtection(c);
    const { strict, checks: before } = checksOn(protection);
    const checks = next(before, contextsOf(c));
    change(c, protection, { checks: { strict, checks } });
    return c.ok(checks.map(({ context }) => context));
  };

const asChecks = (contexts: readonly string[]): Checks =>
  [...new Set(contexts)].map((context) => ({ context, appId: null }));

const setAdmins =
  (enforceAdmins: boolean): Handler =>
  (c) => {
    const protection = requireProtection(c);
    if (!enforceAdmins && !protection.enforceAdmins) throw new ApiError(404, 'Admin enforcement not enabled');
    const after = change(c, protection, { enforceAdmins });
    return enforceAdmins ? c.ok(adminProtectionView(c, after)) : c.noContent();
  };

/** Switches a part off. */
const off =
  (name: 'checks' | 'reviews' | 'restrictions', words: string): Handler =>
  (c) => {
    const protection = requireProtection(c);
    part(protection[name], words);
    change(c, protection, { [name]: null });
    return c.noContent();
  };

/** Classic protection of branches: https://docs.github.com/rest/branches/branch-protection */
export const protectionRoutes: Routes = {
  'repos/get-branch-protection': (c) => c.ok(protectionView(c, requireProtection(c))),
  'repos/update-branch-protection': update,
  'repos/delete-branch-protection': remove,
  'repos/get-admin-branch-protection': (c) => c.ok(adminProtectionView(c, requireProtection(c))),
  'repos/set-admin-branch-protection': setAdmins(true),
  'repos/delete-admin-branch-protection': setAdmins(false),
  'repos/get-pull-request-review-protection': (c) => {
    const protection = requireProtection(c);
    return c.ok(reviewProtectionView(c, protection, reviewsOn(protection)));
  },
  'repos/update-pull-request-review-protection': updateReviews,
  'repos/delete-pull-request-review-protection': off('reviews', 'Required pull request reviews not enabled'),
  'repos/get-status-checks-protection': (c) => {
    const protection = requireProtection(c);
    return c.ok(checkProtectionView(c, protection, checksOn(protection)));
  },
  'repos/update-status-check-protection': updateChecks,
  'repos/remove-status-check-protection': off('checks', 'Required status checks not enabled'),
  'repos/get-all-status-check-contexts': (c) =>
    c.ok(checksOn(requireProtection(c)).checks.map(({ context }) => context)),
  'repos/set-status-check-contexts': changeContexts((_before, contexts) => asChecks(contexts)),
  'repos/add-status-check-contexts': changeContexts((before, contexts) => [
    ...before,
    ...asChecks(contexts).filter(({ context }) => !before.some((check) => check.context === context)),
  ]),
  'repos/remove-status-check-contexts': changeContexts((before, contexts) =>
    before.filter(({ context }) => !contexts.includes(context)),
  ),
  'repos/get-access-restrictions': (c) => {
    const protection = requireProtection(c);
    return c.ok(
      restrictionsView(c, protection, part(protection.restrictions, 'Push restrictions not enabled')),
    );
  },
  'repos/delete-access-restrictions': off('restrictions', 'Push restrictions not enabled'),
  'repos/get-commit-signature-protection': (c) => c.ok(signatureProtectionView(c, requireProtection(c))),
};
