import type { Core } from '../kernel/core.ts';
import { validationFailed } from '../kernel/errors.ts';

const TITLE_CHARACTERS = 256;

/**
 * The title of an issue or pull request, without blanks around it.
 * @throws ApiError 422 where it is empty or too long
 */
export function checkedTitle(title: unknown, resource: 'Issue' | 'PullRequest' = 'Issue'): string {
  const text = String(title).trim();
  if (text === '') throw validationFailed({ resource, code: 'missing_field', field: 'title' });
  if (characters(text) > TITLE_CHARACTERS)
    throw validationFailed({
      resource,
      code: 'custom',
      field: 'title',
      message: `title is too long (maximum is ${TITLE_CHARACTERS} characters)`,
    });
  return text;
}

/**
 * The body of an issue, pull request or edited comment; the words are GitHub's.
 * @throws ApiError 422 where it is longer than 65,536 characters
 */
export function checkedBody<Body extends string | null>(
  core: Core,
  body: Body,
  resource: 'Issue' | 'PullRequest' | 'IssueComment' = 'Issue',
): Body {
  const limit = core.limits.bodyCharacters;
  if (body !== null && characters(body) > limit)
    throw validationFailed({
      resource,
      code: 'custom',
      field: 'body',
      message: `body is too long (maximum is ${limit} characters)`,
    });
  return body;
}

/** The body of an edited comment. @throws ApiError 422 where it is blank or longer than 65,536 characters */
export function checkedEditedComment(core: Core, body: string): string {
  if (body.trim() === '')
    throw validationFailed({
      resource: 'IssueComment',
      code: 'custom',
      field: 'body',
      message: "body can't be blank",
    });
  return checkedBody(core, body, 'IssueComment');
}

/**
 * The body of a new comment, where GitHub answers in other words than for an edited one.
 * @throws ApiError 422 where it is blank or longer than 65,536 characters
 */
export function checkedNewComment(
  core: Core,
  body: string,
  resource: 'IssueComment' | 'CommitComment' = 'IssueComment',
): string {
  const limit = core.limits.bodyCharacters;
  const refuse = (message: string) =>
    validationFailed({ resource, code: 'unprocessable', field: 'data', message });
  if (body.trim() === '') throw refuse("Body can't be blank");
  if (characters(body) > limit) throw refuse(`Body is too long (maximum is ${limit} characters)`);
  return body;
}

/** Unicode characters, not UTF-16 units. */
export function characters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}
