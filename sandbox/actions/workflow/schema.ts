import { readFileSync } from 'node:fs';
import { JSONObjectReader } from '@actions/workflow-parser/templates/json-object-reader';
import { TemplateSchema } from '@actions/workflow-parser/templates/schema/index';

interface Definition {
  string?: Record<string, unknown>;
  'one-of'?: string[];
  mapping?: { properties?: Record<string, unknown>; 'loose-value-type'?: string };
}

let loaded: TemplateSchema | undefined;

/**
 * GitHub's schema of workflow files, as its parser package carries it for editors; where the server is known to take
 * more (https://github.com/actions/runner, src/Sdk/WorkflowParser), it is widened.
 * The package's own loader imports JSON in a way that only bundlers understand, hence the file is read here.
 */
export function workflowSchema(): TemplateSchema {
  if (loaded !== undefined) return loaded;
  const file = new URL('workflow-v1.0.min.json', import.meta.resolve('@actions/workflow-parser'));
  const schema = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Record<string, Definition> };
  widen(schema.definitions);
  loaded = TemplateSchema.load(new JSONObjectReader(undefined, JSON.stringify(schema)));
  return loaded;
}

function widen(definitions: Record<string, Definition>): void {
  const of = (name: string): Definition => {
    const definition = definitions[name];
    if (definition === undefined) throw new Error(`the workflow schema has no ${name}`);
    return definition;
  };
  // The package names the wrong event here, so that `on: repository_dispatch` would be refused.
  of('repository-dispatch-string').string = { constant: 'repository_dispatch' };
  // Empty filters and lists of types are as good as none.
  for (const [name, definition] of Object.entries(definitions))
    if (/^event-(?:branches|tags|paths)|-activity$/.test(name)) definition['one-of']?.unshift('null');
  // A merge queue's workflows share their filters with those of pull requests.
  const group = of('merge-group-mapping').mapping?.properties ?? {};
  group['paths'] = 'event-paths';
  group['paths-ignore'] = 'event-paths-ignore';
  // Inputs need no definition.
  definitions['dispatch-inputs-or-none'] = { 'one-of': ['null', 'workflow-dispatch-inputs'] };
  definitions['dispatch-input-or-none'] = { 'one-of': ['null', 'workflow-dispatch-input'] };
  (of('workflow-dispatch-mapping').mapping?.properties ?? {})['inputs'] = 'dispatch-inputs-or-none';
  const inputs = of('workflow-dispatch-inputs').mapping;
  if (inputs !== undefined) inputs['loose-value-type'] = 'dispatch-input-or-none';
  // An empty image means no container.
  (of('container-mapping').mapping?.properties ?? {})['image'] = 'string';
}
