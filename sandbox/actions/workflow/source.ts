import {
  TemplateContext,
  TemplateValidationErrors,
} from '@actions/workflow-parser/templates/template-context';
import { readTemplate } from '@actions/workflow-parser/templates/template-reader';
import {
  type LiteralToken,
  MappingToken,
  StringToken,
} from '@actions/workflow-parser/templates/tokens/index';
import { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer';
import { YamlObjectReader } from '@actions/workflow-parser/workflows/yaml-object-reader';
import { parseDocument } from 'yaml';
import type { Problem } from './model.ts';
import { workflowSchema } from './schema.ts';

/** GitHub stops after ten problems and cuts messages at 500 characters. */
const MOST_PROBLEMS = 10;
const LONGEST_MESSAGE = 500;
/** Uses of one anchor, nested ones multiplied: beyond that the file would explode in memory. */
const MOST_ALIASES = 10_000;

/** A file that GitHub's schema accepted: its tokens with places, and its plain values. */
export interface Source {
  readonly context: TemplateContext;
  readonly root: MappingToken;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Token values without the source text: GitHub's server reads values, the package would read YAML's quoting. */
class ValueReader extends YamlObjectReader {
  override allowLiteral(): LiteralToken | undefined {
    const token = super.allowLiteral();
    if (!(token instanceof StringToken)) return token;
    return new StringToken(token.file, token.range, token.value, undefined, undefined);
  }
}

/** Reads YAML and checks it against GitHub's schema, expressions and their contexts included. */
export function readSource(path: string, text: string): Source | readonly Problem[] {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'error' });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const place = broken.linePos?.[0];
    const message = `You have an error in your yaml syntax${place === undefined ? '' : ` on line ${place.line}`}`;
    return [{ path, ...(place === undefined ? {} : { line: place.line, column: place.col }), message }];
  }
  if (document.contents === null) return [{ path, message: 'No event triggers defined in `on`' }];
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    return [{ path, message: (error as Error).message }];
  }
  const context = new TemplateContext(
    new TemplateValidationErrors(MOST_PROBLEMS, LONGEST_MESSAGE),
    workflowSchema(),
    new NoOperationTraceWriter(),
  );
  const file = context.getFileId(path);
  const root = readTemplate(context, 'workflow-root-strict', new ValueReader(file, text), file);
  const problems = problemsOf(context, path);
  if (problems.length > 0) return problems;
  if (!(root instanceof MappingToken)) return [{ path, message: 'No event triggers defined in `on`' }];
  return { context, root, raw: raw as Record<string, unknown> };
}

/** The package wants mappings here, the server takes expressions that yield them. */
const MAY_BE_EXPRESSION =
  /^Unexpected type 'BasicExpressionToken' encountered while reading '(?:job env|step env|services)'/;

/** What a context has collected so far, with the places of its messages. */
export function problemsOf(context: TemplateContext, path: string): Problem[] {
  const errors = context.errors.getErrors().filter((error) => !MAY_BE_EXPRESSION.test(error.rawMessage));
  return errors.map((error) => {
    const place = /\(Line: (\d+), Col: (\d+)\)$/.exec(error.prefix ?? '');
    const line = place === null ? error.range?.start.line : Number(place[1]);
    const column = place === null ? error.range?.start.column : Number(place[2]);
    return {
      path,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      message: error.rawMessage,
    };
  });
}
