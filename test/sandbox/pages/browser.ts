import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Chromium of this machine, found through PATH; undefined where there is none. */
export function chromiumPath(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        continue;
      }
    }
  return undefined;
}
