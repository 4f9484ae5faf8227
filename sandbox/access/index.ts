export { authorize, authorizeOn } from './authorize.ts';
export { identify } from './identify.ts';
export { acceptedPermissions, grants, permissionSets } from './permissions.ts';
export { meterRequest, rateOf, refundNotModified, spend, type RateResource } from './rate-limit.ts';
export { roleOf, teamsOf } from './roles.ts';
export { addToken, issueJobToken, revokeJobToken } from './tokens.ts';
export { canSee, may, personRole, reaches } from './visibility.ts';
