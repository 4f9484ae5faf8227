import { newId, type Core } from '../kernel/core.ts';
import { type ApiError, unprocessable, validationFailed } from '../kernel/errors.ts';
import type { CheckAction, CheckAnnotation, CheckConclusion, CheckStatus } from '../state/checks.ts';

export interface AnnotationInput {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: CheckAnnotation['level'];
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

/** Body of `checks/create` and `checks/update`. */
export interface RunInput {
  readonly name?: string;
  readonly head_sha?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly status?: CheckStatus;
  readonly started_at?: string;
  readonly conclusion?: CheckConclusion;
  readonly completed_at?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary: string;
    readonly text?: string;
    readonly annotations?: readonly AnnotationInput[];
    readonly images?: readonly { readonly alt: string; readonly image_url: string }[];
  };
  readonly actions?: readonly CheckAction[];
}

const ANNOTATION_BYTES = 64 * 1024;
const ANNOTATION_TITLE = 255;
const MOST_ACTIONS = 3;

function invalid(field: string, message: string): ApiError {
  return validationFailed({ resource: 'CheckRun', code: 'custom', field, message });
}

/**
 * Holds what an App says of a check run to the limits of https://docs.github.com/rest/checks/runs
 * @throws ApiError 422 for too much text, too many annotations or actions, columns over several lines, a status
 *   `completed` without a conclusion, and `stale`, which only GitHub gives
 */
export function checkInput(core: Core, input: RunInput): void {
  if (input.conclusion === 'stale') throw invalid('conclusion', 'conclusion stale can only be set by GitHub');
  if (input.conclusion === undefined && (input.status === 'completed' || input.completed_at !== undefined))
    throw unprocessable('Invalid request.\n\nMissing required key: conclusion.');
  if (input.name?.trim() === '') throw invalid('name', "name can't be blank");
  if (input.details_url !== undefined && !/^https?:\/\//i.test(input.details_url))
    throw invalid('details_url', 'details_url must use http(s) scheme');
  if ((input.actions ?? []).length > MOST_ACTIONS)
    throw unprocessable(`Invalid request.\n\nNo more than ${MOST_ACTIONS} actions are allowed.`);
  for (const field of ['summary', 'text'] as const) {
    const bytes = Buffer.byteLength(input.output?.[field] ?? '');
    if (bytes > core.limits.checkOutputBytes)
      throw unprocessable(
        `Invalid request.\n\nOnly ${core.limits.checkOutputBytes} characters are allowed; ${bytes} were supplied.`,
      );
  }
  const annotations = input.output?.annotations ?? [];
  if (annotations.length > core.limits.annotationsPerRequest)
    throw unprocessable(
      `Invalid request.\n\nNo more than ${core.limits.annotationsPerRequest} items are allowed; ${annotations.length} were supplied.`,
    );
  annotations.forEach(checkAnnotation);
}

function checkAnnotation(annotation: AnnotationInput): void {
  const { path, start_line, end_line, start_column, end_column, message, title, raw_details } = annotation;
  if (path === '') throw invalid('annotations', "path can't be blank");
  if (start_line < 0 || end_line < start_line)
    throw invalid('annotations', 'end_line must not come before start_line');
  // "Annotations only support start_column and end_column on the same line. Omit this parameter if start_line and end_line have different values."
  if ((start_column !== undefined || end_column !== undefined) && start_line !== end_line)
    throw invalid('annotations', 'columns can only be given where start_line and end_line are the same');
  if (start_column !== undefined && end_column !== undefined && end_column < start_column)
    throw invalid('annotations', 'end_column must not come before start_column');
  if (
    Buffer.byteLength(message) > ANNOTATION_BYTES ||
    Buffer.byteLength(raw_details ?? '') > ANNOTATION_BYTES
  )
    throw invalid('annotations', 'message and raw_details have at most 64 KB');
  if ((title ?? '').length > ANNOTATION_TITLE)
    throw invalid('annotations', `title is too long (maximum is ${ANNOTATION_TITLE} characters)`);
}

/** Appends annotations to a check run. */
export function addAnnotations(core: Core, runId: number, annotations: readonly AnnotationInput[]): void {
  for (const one of annotations)
    core.tables.checkAnnotations.put({
      id: newId(core),
      runId,
      path: one.path,
      startLine: one.start_line,
      endLine: one.end_line,
      startColumn: one.start_column ?? null,
      endColumn: one.end_column ?? null,
      level: one.annotation_level,
      message: one.message,
      title: one.title ?? null,
      rawDetails: one.raw_details ?? null,
    });
}
