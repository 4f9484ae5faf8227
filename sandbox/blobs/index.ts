export { fileBlobs } from './files.ts';
export { memoryBlobs } from './memory.ts';
export { type BlobInfo, BlobMissing, type BlobStore, BlobTooLarge, type ByteRange } from './store.ts';
