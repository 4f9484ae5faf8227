/**
 * In the bundle instead of what downloads artifacts in @actions/artifact: our actions only upload with it, and one of the
 * packages that it would bring has no licence.
 */
export async function downloadArtifactPublic(): Promise<never> {
  return await Promise.reject(new Error('artifacts are not downloaded by the toolkit'));
}

/** The same for artifacts of this run. */
export const downloadArtifactInternal = downloadArtifactPublic;
