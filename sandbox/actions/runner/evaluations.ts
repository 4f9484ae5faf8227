import { segments } from '../expressions/template.ts';
import { formatCall, type ReducedText } from './reduce.ts';

/** What the engine has evaluated, as far as it told. */
export class Evaluations {
  readonly #values = new Map<string, string>();

  learn(expression: string, value: string): void {
    this.#values.set(expression, value);
  }

  /** The value of a text: known before, or as the engine evaluated it last. */
  valueOf({ value, text }: ReducedText): string {
    return value ?? this.#values.get(formatCall(segments(text))) ?? '';
  }

  valuesOf(texts: Readonly<Record<string, ReducedText>>): Map<string, string> {
    return new Map(Object.entries(texts).map(([name, text]) => [name, this.valueOf(text)]));
  }
}

/** Does the engine evaluate this text as `expression`? */
export function isEvaluatedAs(text: ReducedText | undefined, expression: string): text is ReducedText {
  return text !== undefined && text.value === undefined && formatCall(segments(text.text)) === expression;
}
