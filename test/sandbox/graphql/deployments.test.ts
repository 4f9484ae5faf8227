import { expect, it } from 'vitest';

import { pullWorld } from '../pulls/world.ts';
import { data } from './ask.ts';

it('deployments are made and told by GraphQL as by REST', () => {
  const world = pullWorld();
  const { repository } = data(
    world,
    'writer',
    '{repository(owner:"owner",name:"repo"){id ref(qualifiedName:"main"){id}}}',
  );
  const { createDeployment } = data(
    world,
    'writer',
    'mutation($input:CreateDeploymentInput!){createDeployment(input:$input){deployment{id state environment commitOid}}}',
    {
      input: {
        repositoryId: repository.id,
        refId: repository.ref.id,
        environment: 'staging',
        requiredContexts: [],
      },
    },
  );
  expect(createDeployment.deployment).toMatchObject({
    state: 'PENDING',
    environment: 'staging',
    commitOid: world.tip('main'),
  });
  data(
    world,
    'writer',
    'mutation($input:CreateDeploymentStatusInput!){createDeploymentStatus(input:$input){deploymentStatus{state}}}',
    {
      input: {
        deploymentId: createDeployment.deployment.id as string,
        state: 'SUCCESS',
        logUrl: 'http://log/',
      },
    },
  );
  const shown = data(
    world,
    'reader',
    `{repository(owner:"owner",name:"repo"){environments(first:5){nodes{name}}
      deployments(first:5,environments:["staging"]){nodes{state latestStatus{state logUrl creator{login}}}}}}`,
  ).repository;
  expect(shown.environments.nodes).toEqual([{ name: 'staging' }]);
  expect(shown.deployments.nodes).toEqual([
    {
      state: 'ACTIVE',
      latestStatus: { state: 'SUCCESS', logUrl: 'http://log/', creator: { login: 'writer' } },
    },
  ]);
});
