/** Whether there is WebGL 2, and what draws by it. */
import { isSoftware, type RendererKind } from "./renderer.js";

export const webgl: RendererKind = {
  name: "WebGL 2",
  async open(canvas, onLost, { software }) {
    const gl = canvas.getContext("webgl2", { premultipliedAlpha: false, antialias: false, depth: false });
    if (gl === null) return undefined;
    const names = gl.getExtension("WEBGL_debug_renderer_info");
    const name = names === null ? "" : String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL));
    if (!software && isSoftware(name)) return undefined;
    canvas.addEventListener(
      "webglcontextlost",
      (event) => {
        event.preventDefault();
        onLost();
      },
      { once: true },
    );
    // Fetched by those who have a graphics card.
    const { WebGlRenderer } = await import("./webgl-renderer.js");
    return new WebGlRenderer(canvas, gl);
  },
};
