export { isBlobKey } from './blob-key.ts';
export type {
  AppendOutcome,
  BlobStore,
  BlobUse,
  ByteRange,
  ByteSource,
  CreateOutcome,
  FindOutcome,
  FinishOutcome,
  ReadOutcome,
  UploadTerms,
} from './blob-store.ts';
export { COLLECTION, LIFETIME, MAX_ATTACHMENT_BYTES, UPLOAD_LIFETIME } from './constants.ts';
export type { DownloadOptions } from './download/serve-download.ts';
export { serveDownload } from './download/serve-download.ts';
export type { BlobsErrorCode } from './errors.ts';
export { BlobsError } from './errors.ts';
export type { FolderBlobsOptions } from './folder/open-folder-blobs.ts';
export { openFolderBlobs } from './folder/open-folder-blobs.ts';
export type { PostUploadOptions } from './forms/serve-post-upload.ts';
export { servePostUpload } from './forms/serve-post-upload.ts';
export type { UploadForm } from './forms/upload-forms.ts';
export { UploadForms } from './forms/upload-forms.ts';
export type { Exchange, Failed } from './http/exchange.ts';
export type { PaceTerms } from './http/pace.ts';
export type { Reply } from './http/reply.ts';
export { refusal, send } from './http/reply.ts';
export type { S3BlobsOptions } from './s3/open-s3-blobs.ts';
export { openS3Blobs } from './s3/open-s3-blobs.ts';
export type { AttachmentForm } from './tokens/create-attachment-form.ts';
export { createAttachmentForm } from './tokens/create-attachment-form.ts';
export type { UploadGrant } from './tokens/upload-tokens.ts';
export { UploadTokens } from './tokens/upload-tokens.ts';
export type { TusOptions } from './tus/tus-service.ts';
export { TusService } from './tus/tus-service.ts';
