/** Releases: their life, their assets, and the bytes on their way in and out. */
export { assetBytes, downloadAsset, seesDrafts } from './download.ts';
export { latestRelease } from './latest.ts';
export { tagLock } from './tags.ts';
export { isUpload, serveUpload } from './upload.ts';
export { createRelease, deleteRelease, forgetReleases, updateRelease, type ReleaseInput } from './write.ts';
