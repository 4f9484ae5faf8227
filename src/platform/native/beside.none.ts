/** In the bundle: native parts come from a folder with pinned digests, or not at all. */
export const BESIDE: string | null = null;
