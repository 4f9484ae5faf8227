import { PlatformError } from '../../contracts/errors.ts';

/** An artifact as it was uploaded. */
export interface UploadedArtifact {
  readonly id: number;
  readonly bytes: number;
  /** Hex SHA-256 of the zip. */
  readonly sha256: string | null;
}

export interface UploadRequest {
  readonly name: string;
  /** Absolute folder, and the files of it (relative) that are uploaded; nothing else of it is. */
  readonly folder: string;
  readonly files: readonly string[];
  /** Null: what the repository says. */
  readonly retentionDays: number | null;
}

/**
 * Uploads files as an artifact of this run. One of the same name that an earlier attempt left is replaced.
 *
 * @throws PlatformError NETWORK
 */
export async function uploadArtifact(request: UploadRequest): Promise<UploadedArtifact> {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const client = new DefaultArtifactClient();
  const { name, folder, files, retentionDays } = request;
  const upload = async (): Promise<UploadedArtifact> => {
    const options = retentionDays === null ? {} : { retentionDays };
    const paths = files.map((file) => `${folder}/${file}`);
    const { id, size, digest } = await client.uploadArtifact(name, paths, folder, options);
    if (id === undefined) throw new Error('no id was given');
    return { id, bytes: size ?? 0, sha256: digest?.replace(/^sha256:/u, '') ?? null };
  };
  try {
    return await upload().catch(async (error: unknown) => {
      if (!/conflict|already exists|409/iu.test(String(error))) throw error;
      await client.deleteArtifact(name);
      return await upload();
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PlatformError(
      {
        code: 'NETWORK',
        message: `artifact "${name}" cannot be uploaded: ${why}`,
        hint: 'nothing is lost: run the job again',
      },
      { cause: error },
    );
  }
}
