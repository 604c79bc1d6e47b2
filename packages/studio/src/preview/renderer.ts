/** What draws the visible part of a photo under a look: one object a way, listed in `renderers.ts`. */
import type { PixelNetwork } from "synthconv/look";

/** Pixels as a canvas takes them: RGBA, 8 bits, alpha not multiplied in. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** A look as it is set, in the two ways in which it is drawn; each renderer asks for its own alone. */
export interface Shown {
  /** 0 to 1. */
  readonly strength: number;
  /** What a graphics card runs. */
  network(): Promise<PixelNetwork>;
  /** The picture under it: in the worker, so that the page stays at hand. */
  painted(): Promise<Uint8ClampedArray<ArrayBuffer>>;
}

export interface Renderer {
  /** Paints on its canvas, which takes the size of the picture; undefined shows the picture as it is. */
  show(picture: Picture, look: Shown | undefined): Promise<void>;
  /** What was painted last, as the canvas has it. */
  read(): Promise<Uint8ClampedArray>;
  close(): void;
}

export interface RendererKind {
  readonly name: "WebGPU" | "WebGL 2" | "WebAssembly";
  /**
   * @param canvas that has no context yet; another way needs another canvas.
   * @param onLost called once, when it can draw no more.
   * @returns undefined where this browser does not have it, or has it in software alone, which is slower than WebAssembly.
   */
  open(canvas: HTMLCanvasElement, onLost: () => void, options: OpenOptions): Promise<Renderer | undefined>;
}

export interface OpenOptions {
  /** Takes graphics that are calculated in software as well, WebGPU then without its canvas: for tests. */
  readonly software: boolean;
}

/** Of the graphics' own names: SwiftShader, llvmpipe, Microsoft's basic driver. */
export function isSoftware(name: string): boolean {
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}
