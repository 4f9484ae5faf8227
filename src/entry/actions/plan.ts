import { z } from 'zod';

import { openProject } from '../project.ts';
import { requestOf } from '../run.ts';
import { defineAction } from './action.ts';
import { list, text } from './inputs.ts';

/** Which models a job may train on the runners of GitHub, and which have a runner of their own. */
export const plan = defineAction({
  inputs: z.object({ models: list.default([]), config: text.optional() }),
  outputs: ['hosted', 'own'],
  run(session) {
    const shown = { ...session, flags: { config: session.inputs.config } };
    const project = openProject(shown);
    const { models } = requestOf(shown, project, session.inputs.models);
    const runnerOf = (model: string): readonly string[] | undefined =>
      project.config.models[model]?.train.runner;
    const hosted = models.filter((model) => runnerOf(model) === undefined);
    const own = models.flatMap((model) => {
      const runner = runnerOf(model);
      return runner === undefined ? [] : [{ model, runner }];
    });
    const message = [
      ...(hosted.length > 0 ? [`on GitHub's runners: ${hosted.join(', ')}`] : []),
      ...own.map(({ model, runner }) => `${model} on ${runner.join(', ')}`),
    ].join('; ');
    return Promise.resolve({
      schema: 'slipway.plan/1',
      decision: 'pass',
      reason: 'DONE',
      message,
      document: { hosted, own },
      text: message,
      outputs: { hosted: JSON.stringify(hosted), own: JSON.stringify(own) },
    });
  },
});
