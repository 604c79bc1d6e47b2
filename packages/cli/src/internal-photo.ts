/** What `synthconv-batch` shares with `apply`, without promises: photos, their names, and how one is made. */
export { formatOption } from "./commands/apply/format-option.js";
export {
  type AppliedPhoto,
  type MakeSettings,
  makePhoto,
  type PhotoToMake,
} from "./commands/apply/make-photo.js";
export { namedOutputs } from "./commands/apply/output-names.js";
export { recipeOf } from "./commands/apply/recipe.js";
export { findPhotos, lastName } from "./image/find-photos.js";
export type { WritablePhotoFormat } from "./image/photo-format.js";
export {
  formatOfName,
  isWritable,
  titlesOf,
  WRITABLE_PHOTO_FORMATS,
} from "./image/photo-formats.js";
export { PipedFile } from "./image/photo-source.js";
export { sharp } from "./image/sharp-input.js";
export { unreadFormatOf } from "./image/unread-formats.js";
