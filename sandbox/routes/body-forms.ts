import type { Context } from '../kernel/context.ts';
import { markdownPlace, plainText, renderMarkdown } from '../markdown/index.ts';
import type { Repository } from '../state/repositories.ts';

/**
 * The forms of a text the Accept header asks for: `body` alone, or rendered as `body_html`, `body_text`.
 * https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
 */
export function inForm<Row extends { readonly body?: string | null }>(
  c: Context,
  row: Row,
  repository: Repository,
): Omit<Row, 'body'> & { body?: string | null; body_html?: string; body_text?: string } {
  const { media } = c;
  if (media !== 'html' && media !== 'text' && media !== 'full') return row;
  const html = renderMarkdown(row.body ?? '', markdownPlace(c, repository));
  const { body, ...rest } = row;
  return {
    ...rest,
    ...(media === 'full' ? { body: body ?? null } : {}),
    ...(media === 'text' ? {} : { body_html: html }),
    ...(media === 'html' ? {} : { body_text: plainText(html) }),
  };
}
