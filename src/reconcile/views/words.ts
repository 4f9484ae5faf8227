import { code, type Inline } from '../../report/index.ts';

/** Text with names in backticks, as answers are worded, as spans: what stands in backticks is set as code. */
export function spans(text: string): Inline[] {
  return text.split('`').flatMap((part, index) => (part === '' ? [] : [index % 2 === 1 ? code(part) : part]));
}
