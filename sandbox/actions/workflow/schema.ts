import { readFileSync } from 'node:fs';
import { JSONObjectReader } from '@actions/workflow-parser/templates/json-object-reader';
import { TemplateSchema } from '@actions/workflow-parser/templates/schema/index';
import { StringDefinition } from '@actions/workflow-parser/templates/schema/string-definition';

let loaded: TemplateSchema | undefined;

/**
 * GitHub's schema of workflow files, as its parser package carries it.
 * The package's own loader imports JSON in a way that only bundlers understand, hence the file is read here.
 */
export function workflowSchema(): TemplateSchema {
  if (loaded !== undefined) return loaded;
  const file = new URL('workflow-v1.0.min.json', import.meta.resolve('@actions/workflow-parser'));
  loaded = TemplateSchema.load(new JSONObjectReader(undefined, readFileSync(file, 'utf8')));
  // The package names the wrong event here, so that `on: repository_dispatch` would be refused.
  const dispatch = loaded.definitions['repository-dispatch-string'];
  if (dispatch instanceof StringDefinition) dispatch.constant = 'repository_dispatch';
  return loaded;
}
