/** Implementations of the kernel's BlobStore. */
export { fileBlobs } from './files.ts';
export { memoryBlobs } from './memory.ts';
