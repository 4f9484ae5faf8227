import { parse } from 'yaml';

/** A YAML mapping as plain data; null when the text is anything else. Never throws. */
export function readYamlObject(text: string): object | null {
  try {
    return objectOrNull(parse(text, { logLevel: 'silent', maxAliasCount: 1_000 }));
  } catch {
    return null;
  }
}

/** A JSON object as plain data; null when the text is anything else. Never throws. */
export function readJsonObject(text: string): object | null {
  try {
    return objectOrNull(JSON.parse(text));
  } catch {
    return null;
  }
}

function objectOrNull(value: unknown): object | null {
  return typeof value === 'object' && value !== null ? value : null;
}
