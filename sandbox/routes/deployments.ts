import { addStatus, type StatusInput } from '../deployments/statuses.ts';
import {
  createDeployment,
  deleteDeployment,
  deploymentOf,
  type DeploymentInput,
} from '../deployments/write.ts';
import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { newestFirst } from '../kernel/page.ts';
import { environmentKey, type Deployment } from '../state/deployments.ts';
import { deploymentStatusView, deploymentView } from '../views/deployments.ts';

function ofPath(c: Context): Deployment {
  return deploymentOf(c.core, c.repo.id, c.number('deployment_id'));
}

/** A filter of the list; `none` is GitHub's word for no filter. */
function filter(c: Context, name: string): string | undefined {
  const value = c.ask(name);
  return value === 'none' || value === 'null' ? undefined : value;
}

function list(c: Context): Reply {
  const [sha, ref, task] = [filter(c, 'sha'), filter(c, 'ref'), filter(c, 'task')];
  const environment = filter(c, 'environment');
  const { deployments } = c.tables;
  const keys =
    environment !== undefined
      ? deployments.keys('environment', environmentKey(c.repo.id, environment))
      : sha !== undefined
        ? deployments.keys('sha', `${c.repo.id}/${sha}`)
        : deployments.keys('repository', c.repo.id);
  const view = (deployment: Deployment) => deploymentView(c, deployment);
  const row = (id: string | number) => deployments.require(id);
  if (sha === undefined && ref === undefined && task === undefined)
    return c.page(newestFirst(keys, row), view);
  const wanted = (deployment: Deployment) =>
    (sha === undefined || deployment.sha === sha) &&
    (ref === undefined || deployment.ref === ref) &&
    (task === undefined || deployment.task === task);
  return c.page(keys.map(row).filter(wanted).reverse(), view);
}

function create(c: Context): Reply {
  const made = createDeployment(c.core, actorOf(c), c.repo, c.input<DeploymentInput>());
  return typeof made === 'string' ? c.accepted({ message: made }) : c.created(deploymentView(c, made));
}

/** Deployments and their statuses: https://docs.github.com/rest/deployments */
export const deploymentRoutes: Routes = {
  'repos/list-deployments': list,
  'repos/create-deployment': create,
  'repos/get-deployment': (c) => c.ok(deploymentView(c, ofPath(c))),
  'repos/delete-deployment': (c) => {
    deleteDeployment(c.core, ofPath(c));
    return c.noContent();
  },
  'repos/list-deployment-statuses': (c) => {
    const { deploymentStatuses } = c.tables;
    const keys = deploymentStatuses.keys('deployment', ofPath(c).id);
    return c.page(
      newestFirst(keys, (id) => deploymentStatuses.require(id)),
      (status) => deploymentStatusView(c, status),
    );
  },
  'repos/create-deployment-status': (c) =>
    c.created(deploymentStatusView(c, addStatus(c.core, actorOf(c), ofPath(c), c.input<StatusInput>()))),
  'repos/get-deployment-status': (c) => {
    const status = c.tables.deploymentStatuses.get(c.number('status_id'));
    const own = status?.deploymentId === ofPath(c).id ? status : undefined;
    return c.ok(deploymentStatusView(c, c.found(own)));
  },
};
