/** WebGPU: a triangle over the canvas, each pixel by the look as the library writes it in WGSL. */
import { exportNetwork } from "synthconv/look";
import type { Picture, Renderer, Shown } from "./renderer.js";

const ENTRIES = `
@group(0) @binding(0) var photo: texture_2d<f32>;
@vertex fn corner(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(select(-1.0, 3.0, index == 1u), select(-1.0, 3.0, index == 2u), 0.0, 1.0);
}
fn painted(position: vec4f) -> vec4f {
  let colour = textureLoad(photo, vec2u(position.xy), 0);
  return vec4f(clamp(look(colour.rgb), vec3f(0.0), vec3f(1.0)), colour.a);
}
@fragment fn plain(@builtin(position) position: vec4f) -> @location(0) vec4f {
  return painted(position);
}
@fragment fn multiplied(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let colour = painted(position);
  return vec4f(colour.rgb * colour.a, colour.a);
}`;
const AS_IT_IS = "fn look(colour: vec3f) -> vec3f { return colour; }\n";
/** Rows of what is read back begin at multiples of it (WebGPU, section 3.6.2). */
const ROW_BYTES = 256;

/** Flags by their values in the specification, whose names TypeScript's DOM does not declare. */
const USAGE = { copySource: 1, copyTarget: 2, binding: 4, attachment: 16 } as const;
const BUFFER_USAGE = { mapRead: 1, copyTarget: 8 } as const;
const MAP_READ = 1;

export interface Device {
  readonly device: GPUDevice;
  readonly context: GPUCanvasContext | undefined;
  readonly format: GPUTextureFormat;
}

interface Pipelines {
  readonly source: string;
  /** On the canvas, which wants alpha multiplied in. */
  readonly shown: GPURenderPipeline;
  /** On a texture that is read back. */
  readonly read: GPURenderPipeline;
}

export class WebGpuRenderer implements Renderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #device: Device;
  #pipelines: Pipelines | undefined;
  #picture: Picture | undefined;
  #photo: GPUTexture | undefined;

  constructor(canvas: HTMLCanvasElement, device: Device) {
    this.#canvas = canvas;
    this.#device = device;
  }

  async show(picture: Picture, look: Shown | undefined): Promise<void> {
    const text =
      look === undefined
        ? AS_IT_IS
        : exportNetwork(await look.network(), "wgsl", { strength: look.strength });
    if (text !== this.#pipelines?.source) this.#pipelines = await this.#compiled(text);
    if (picture !== this.#picture) this.#upload(picture);
    const { device, context } = this.#device;
    if (context === undefined) return;
    device.queue.submit([this.#pass(this.#pipelines.shown, context.getCurrentTexture()).finish()]);
  }

  async read(): Promise<Uint8ClampedArray> {
    const { device } = this.#device;
    const { width, height } = this.#canvas;
    if (this.#pipelines === undefined) return new Uint8ClampedArray(0);
    const target = device.createTexture({
      ...{ size: [width, height], format: "rgba8unorm" },
      usage: USAGE.attachment | USAGE.copySource,
    });
    const bytesPerRow = ROW_BYTES * Math.ceil((4 * width) / ROW_BYTES);
    const buffer = device.createBuffer({
      size: bytesPerRow * height,
      usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyTarget,
    });
    const encoder = this.#pass(this.#pipelines.read, target);
    encoder.copyTextureToBuffer({ texture: target }, { buffer, bytesPerRow }, [width, height]);
    device.queue.submit([encoder.finish()]);
    await buffer.mapAsync(MAP_READ);
    const rows = new Uint8Array(buffer.getMappedRange());
    const pixels = new Uint8ClampedArray(4 * width * height);
    for (let y = 0; y < height; y++) {
      pixels.set(rows.subarray(bytesPerRow * y, bytesPerRow * y + 4 * width), 4 * width * y);
    }
    buffer.destroy();
    target.destroy();
    return pixels;
  }

  close(): void {
    this.#device.device.destroy();
  }

  /** @throws {Error} with the compiler's words. */
  async #compiled(source: string): Promise<Pipelines> {
    const { device, format } = this.#device;
    const module = device.createShaderModule({ code: source + ENTRIES });
    const pipeline = (entryPoint: string, target: GPUTextureFormat): Promise<GPURenderPipeline> =>
      device.createRenderPipelineAsync({
        layout: "auto",
        vertex: { module, entryPoint: "corner" },
        fragment: { module, entryPoint, targets: [{ format: target }] },
      });
    const [shown, read] = await Promise.all([
      pipeline("multiplied", format),
      pipeline("plain", "rgba8unorm"),
    ]);
    return { source, shown, read };
  }

  #upload(picture: Picture): void {
    const { device } = this.#device;
    const { width, height, pixels } = picture;
    Object.assign(this.#canvas, { width, height });
    this.#photo?.destroy();
    this.#photo = device.createTexture({
      ...{ size: [width, height], format: "rgba8unorm" },
      usage: USAGE.binding | USAGE.copyTarget,
    });
    device.queue.writeTexture({ texture: this.#photo }, pixels, { bytesPerRow: 4 * width }, [width, height]);
    this.#picture = picture;
  }

  #pass(pipeline: GPURenderPipeline, target: GPUTexture): GPUCommandEncoder {
    const { device } = this.#device;
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginRenderPass({
      colorAttachments: [{ view: target.createView(), loadOp: "clear", storeOp: "store" }],
    });
    pass.setPipeline(pipeline);
    const resource = (this.#photo as GPUTexture).createView();
    pass.setBindGroup(
      0,
      device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource }] }),
    );
    pass.draw(3);
    pass.end();
    return encoder;
  }
}
