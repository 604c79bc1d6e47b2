/** The visible part of a photo under a look. Imports the library alone. */
export { Preview } from "./preview.js";
export type { OpenOptions, Picture, Renderer, RendererKind, Shown } from "./renderer.js";
export { RENDERERS } from "./renderers.js";
