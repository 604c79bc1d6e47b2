/** The library's own kernels, wherever there is no graphics card. */
import type { Picture, Renderer, RendererKind, Shown } from "./renderer.js";

export const webassembly: RendererKind = {
  name: "WebAssembly",
  async open(canvas) {
    const context = canvas.getContext("2d");
    return context === null ? undefined : new CanvasRenderer(canvas, context);
  },
};

class CanvasRenderer implements Renderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #painted: Uint8ClampedArray = new Uint8ClampedArray(0);
  #asked = 0;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
  }

  async show(picture: Picture, look: Shown | undefined): Promise<void> {
    const nth = ++this.#asked;
    const pixels = look === undefined ? picture.pixels : await look.painted();
    // What was asked for later has been painted.
    if (nth !== this.#asked) return;
    const { width, height } = picture;
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      Object.assign(this.#canvas, { width, height });
    }
    this.#context.putImageData(new ImageData(pixels, width, height), 0, 0);
    this.#painted = pixels;
  }

  async read(): Promise<Uint8ClampedArray> {
    return this.#painted;
  }

  close(): void {
    this.#asked++;
  }
}
