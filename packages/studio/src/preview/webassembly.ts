/** The library's own kernels, wherever there is no graphics card. */
import type { Picture, Renderer, RendererKind, Shown } from "./renderer.js";

export const webassembly: RendererKind = {
  name: "WebAssembly",
  async open(canvas, _onLost, { apply }) {
    const context = canvas.getContext("2d");
    return context === null ? undefined : new CanvasRenderer(canvas, context, apply);
  },
};

class CanvasRenderer implements Renderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #apply: (picture: Picture, look: Shown) => Promise<Uint8ClampedArray<ArrayBuffer>>;
  #painted: Uint8ClampedArray = new Uint8ClampedArray(0);
  #asked = 0;

  constructor(
    canvas: HTMLCanvasElement,
    context: CanvasRenderingContext2D,
    apply: (picture: Picture, look: Shown) => Promise<Uint8ClampedArray<ArrayBuffer>>,
  ) {
    this.#canvas = canvas;
    this.#context = context;
    this.#apply = apply;
  }

  async show(picture: Picture, look: Shown | undefined): Promise<void> {
    const nth = ++this.#asked;
    const pixels = look === undefined ? picture.pixels : await this.#apply(picture, look);
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
