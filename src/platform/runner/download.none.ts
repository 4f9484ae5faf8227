/**
 * In the bundle instead of what downloads artifacts in @actions/artifact: our actions only upload with it, and one of the
 * packages that it would bring has no licence.
 */
const REFUSAL = 'artifacts are not downloaded by the toolkit';

/** Of another run. */
export async function downloadArtifactPublic(): Promise<never> {
  return await Promise.reject(new Error(REFUSAL));
}

/** Of this run. */
export async function downloadArtifactInternal(): Promise<never> {
  return await Promise.reject(new Error(REFUSAL));
}
