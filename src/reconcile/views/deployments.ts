import type { Held, ModelState } from '../../contracts/model-state.ts';
import type { DeploymentRecord, RepositoryViews } from '../ports.ts';

/** What GitHub's deployments of one stage should show. */
export interface StageView {
  readonly model: string;
  readonly stage: string;
  /** True for the last stages: those no other one comes after. */
  readonly production: boolean;
  readonly held: Held;
  readonly commit: string;
}

const STATES = { pending: 'in_progress', verified: 'success', failed: 'failure' } as const;

/** The environment's name: the stage alone where there is one model, else both. */
export function environmentName(model: string, stage: string, models: number): string {
  return models === 1 ? stage : `${model}/${stage}`;
}

/** What stages hold now, of one model's state. */
export function stageViews(state: ModelState, production: ReadonlySet<string>): readonly StageView[] {
  return Object.entries(state.stages).flatMap(([stage, { held }]) => {
    const version = state.versions.find((one) => one.version === held?.version);
    return held === null || version === undefined
      ? []
      : [{ model: state.model, stage, production: production.has(stage), held, commit: version.commit }];
  });
}

/**
 * Mirrors what the log says of a stage in GitHub's deployments: one record for each entry n, found by its payload and
 * its author, and one status that says how it went. Records of others are neither read nor touched.
 * `shown` remembers `environment → n status`; forgetting it costs calls, nothing else.
 */
export async function syncDeployment(
  views: RepositoryViews,
  view: StageView,
  environment: string,
  self: number,
  shown: Map<string, string>,
): Promise<void> {
  const { n, status, version, op } = view.held;
  const state = `${n} ${status}`;
  if (shown.get(environment) === state) return;
  const records = (await views.deployments(environment)).filter(({ author }) => author === self);
  const [known, ...twins] = records
    .filter((one) => numberOf(one) === n)
    .toSorted((left, right) => left.id - right.id);
  const record =
    known ??
    (await views.createDeployment({
      commit: view.commit,
      environment,
      description: `${op === 'rollback' ? 'back to ' : ''}${view.model}@${version} (#${n})`.slice(0, 140),
      production: view.production,
      payload: { model: view.model, stage: view.stage, version, n },
    }));
  await setState(views, record.id, STATES[status], words(view));
  // Another replica may have made one at the same time: of such twins only the oldest stands for the entry.
  for (const { id } of twins) await setState(views, id, 'inactive', `see deployment ${record.id}`);
  if (known !== undefined) shown.set(environment, state);
}

async function setState(
  views: RepositoryViews,
  id: number,
  state: (typeof STATES)[keyof typeof STATES] | 'inactive',
  description: string,
): Promise<void> {
  const statuses = await views.deploymentStatuses(id);
  const newest = statuses.toSorted((left, right) => right.id - left.id)[0];
  if (newest?.state !== state) await views.createDeploymentStatus(id, { state, description });
}

function numberOf({ payload }: DeploymentRecord): number | null {
  const value: unknown = typeof payload === 'string' ? parsed(payload) : payload;
  const n = typeof value === 'object' && value !== null ? (value as { n?: unknown }).n : null;
  return typeof n === 'number' ? n : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function words({ held, model, stage }: StageView): string {
  const what = `${model}@${held.version}`;
  if (held.status === 'verified') return `${what} runs in ${stage}`.slice(0, 140);
  if (held.status === 'failed') return `${what} failed in ${stage}`.slice(0, 140);
  return `${what} is on its way to ${stage}`.slice(0, 140);
}
