import { readFileSync } from 'node:fs';

import { jsonSchema } from '../src/config/index.ts';

type Schema = ReturnType<typeof jsonSchema>;

const PAGE = 'docs/configuration.md';
const BEGIN = '<!-- keys: generated from the schema, see scripts/configuration-keys.ts -->';

/** docs/configuration.md with its table of keys made anew: what stands above the mark is written by hand. */
export function configurationPage(): string {
  const [written = ''] = readFileSync(PAGE, 'utf8').split(BEGIN);
  return `${written}${BEGIN}\n\n${configurationKeys()}\n`;
}

/** A table for each part of slipway.yaml, from the published schema. */
function configurationKeys(): string {
  const { properties = {} } = jsonSchema();
  const model = properties['models']?.additionalProperties;
  const parts = typeof model === 'object' ? Object.entries(model.properties ?? {}) : [];
  const mappings = parts.filter(
    ([, schema]) => schema.properties !== undefined || typeof schema.additionalProperties === 'object',
  );
  return [
    table('The file', rowsOf(jsonSchema(), '', 1)),
    table('A model: `models.NAME`', typeof model === 'object' ? rowsOf(model, '', 1) : []),
    ...mappings.map(([key, schema]) => table(`\`models.NAME.${key}\``, rowsOf(schema, ''))),
    ...['registry', 'notify'].map((key) => table(`\`${key}\``, rowsOf(properties[key] ?? {}, ''))),
  ].join('\n\n');
}

function table(title: string, rows: readonly string[]): string {
  return [
    `### ${title}`,
    '',
    '| key | values | default | what it says |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** Rows of a mapping's keys and of what lies below them, `depth` levels deep. */
function rowsOf(schema: Schema, path: string, depth = 9): string[] {
  const choices = alternatives(schema);
  return choices.flatMap((one) => {
    const own = Object.entries(one.properties ?? {}).flatMap(([key, value]) => {
      const name = path === '' ? key : `${path}.${key}`;
      const required = one.required?.includes(key) === true && choices.length === 1;
      const row = `| \`${name}\` | ${cell(typesOf(value))} | ${required ? '**required**' : defaultOf(value)} | ${cell(value.description ?? '')} |`;
      // The parts of the data may each be a query: said once, at `source`.
      const below = depth > 1 && !['train', 'validation', 'test', 'suites'].includes(name);
      return [row, ...(below ? rowsOf(value, name, depth - 1) : [])];
    });
    // One custom metric may stand for a list of them: its keys are those of the list.
    const isItem =
      one.properties !== undefined &&
      choices.some(
        ({ items }) =>
          items !== undefined && alternatives(items).some((item) => item.properties !== undefined),
      );
    const named =
      typeof one.additionalProperties === 'object'
        ? rowsOf(one.additionalProperties, path === '' ? 'NAME' : `${path}.NAME`, depth)
        : [];
    return [
      ...(isItem ? [] : own),
      ...named,
      ...(one.items === undefined ? [] : rowsOf(one.items, `${path}[]`, depth)),
    ];
  });
}

function alternatives(schema: Schema): readonly Schema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(alternatives);
}

const WORDS: Readonly<Record<string, string>> = {
  object: 'mapping',
  string: 'text',
  integer: 'whole number',
  boolean: '`true` `false`',
};

function typesOf(schema: Schema): string {
  const words = alternatives(schema).flatMap((one) => {
    if (one.const !== undefined) return [`\`${JSON.stringify(one.const).replaceAll('"', '')}\``];
    if (one.enum !== undefined) return one.enum.map((value) => `\`${String(value)}\``);
    const types: readonly string[] = [one.type ?? 'any'].flat();
    return types.map((type) =>
      type === 'array'
        ? `list of ${one.items === undefined ? 'text' : typesOf(one.items)}`
        : (WORDS[type] ?? type),
    );
  });
  return [...new Set(words)].join(', ');
}

function defaultOf(schema: Schema): string {
  if (schema.default === undefined) return '';
  const text = typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default);
  return text === '{}' || text === '[]' ? '' : `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
