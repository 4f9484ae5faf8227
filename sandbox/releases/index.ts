/** Releases: their life, their assets, and the bytes on their way in and out. */
export { downloadAsset } from './download.ts';
export { isUpload, serveUpload } from './upload.ts';
export { forgetReleases } from './write.ts';
