import type { RendererKind } from "./renderer.js";
import { webassembly } from "./webassembly.js";
import { webgl } from "./webgl.js";
import { webgpu } from "./webgpu.js";

/** The first that a browser has, and the next where one is lost: another one is a file and a row. */
export const RENDERERS: readonly RendererKind[] = [webgpu, webgl, webassembly];
