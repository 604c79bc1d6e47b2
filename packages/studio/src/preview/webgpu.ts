/** Whether there is WebGPU, and what draws by it. */
import { isSoftware, type RendererKind } from "./renderer.js";

export const webgpu: RendererKind = {
  name: "WebGPU",
  async open(canvas, onLost, { software }) {
    const adapter = await navigator.gpu?.requestAdapter();
    if (adapter === null || adapter === undefined) return undefined;
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    if (!software && (isFallbackAdapter || isSoftware(`${vendor} ${architecture} ${description}`))) {
      return undefined;
    }
    const device = await adapter.requestDevice().catch(() => undefined);
    if (device === undefined) return undefined;
    const format = navigator.gpu.getPreferredCanvasFormat();
    // SwiftShader's process ends at the first frame on a canvas: what tests want is read back from a texture.
    const context = software ? undefined : (canvas.getContext("webgpu") as GPUCanvasContext | null);
    if (context === null) return undefined;
    context?.configure({ device, format, alphaMode: "premultiplied" });
    // Fetched by those who have a graphics card.
    const { WebGpuRenderer } = await import("./webgpu-renderer.js");
    const renderer = new WebGpuRenderer(canvas, { device, context, format });
    void device.lost.then(({ reason }) => {
      if (reason !== "destroyed") onLost();
    });
    return renderer;
  },
};
