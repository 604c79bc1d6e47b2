/**
 * What `synthconv-batch` shares with `apply`, without promises: the names of photos and of their formats, for processes
 * that make none themselves. It loads no image codec, which takes 0.1 s.
 */
export { formatOption } from "./commands/apply/format-option.js";
export { namedOutputs } from "./commands/apply/output-names.js";
export { findPhotos, lastName } from "./image/find-photos.js";
export type { WritablePhotoFormat } from "./image/photo-format.js";
export {
  formatOfName,
  isWritable,
  titlesOf,
  WRITABLE_PHOTO_FORMATS,
} from "./image/photo-formats.js";
export { unreadFormatOf } from "./image/unread-formats.js";
