/** What `synthconv-batch` shares with `apply`, without promises: how one photo is made. It loads the image codec. */
export {
  type AppliedPhoto,
  type MakeSettings,
  makePhoto,
  type PhotoToMake,
} from "./commands/apply/make-photo.js";
export { recipeOf } from "./commands/apply/recipe.js";
export { PipedFile } from "./image/photo-source.js";
export { sharp } from "./image/sharp-input.js";
