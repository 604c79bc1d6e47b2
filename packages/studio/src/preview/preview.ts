/** The visible part of a photo under a look, by the best renderer there is; where one is lost the next goes on. */
import type { OpenOptions, Picture, Renderer, RendererKind, Shown } from "./renderer.js";
import { RENDERERS } from "./renderers.js";

interface Current {
  readonly kind: RendererKind;
  readonly renderer: Renderer;
}

type Drawn = readonly [Picture, Shown | undefined];

export class Preview {
  readonly #place: HTMLElement;
  readonly #options: OpenOptions;
  readonly #onRenderer: (name: RendererKind["name"], lost: RendererKind["name"] | undefined) => void;
  readonly #left: RendererKind[];
  #current: Promise<Current>;
  #last: Drawn | undefined;
  #drawing: Promise<void> | undefined;

  /**
   * @param place is given a canvas, and another one with each renderer.
   * @param onRenderer hears which one draws, and which one was lost before it.
   * @param kinds in the order in which they are tried; the last one draws everywhere.
   */
  constructor(
    place: HTMLElement,
    options: OpenOptions,
    onRenderer: (name: RendererKind["name"], lost: RendererKind["name"] | undefined) => void,
    kinds: readonly RendererKind[] = RENDERERS,
  ) {
    this.#place = place;
    this.#options = options;
    this.#onRenderer = onRenderer;
    this.#left = [...kinds];
    this.#current = this.#open(undefined);
  }

  /** One at a time: a knob that moves faster than it is drawn is drawn as it stands then, and none waits behind another. */
  async show(picture: Picture, look: Shown | undefined): Promise<void> {
    this.#last = [picture, look];
    this.#drawing ??= this.#drawLast();
    await this.#drawing;
  }

  async #drawLast(): Promise<void> {
    let drawn: Drawn | undefined;
    try {
      while (this.#last !== undefined && this.#last !== drawn) {
        drawn = this.#last;
        await this.#draw(...drawn).catch((error: unknown) => {
          if (this.#last === drawn) throw error;
        });
      }
    } finally {
      this.#drawing = undefined;
    }
  }

  async #draw(picture: Picture, look: Shown | undefined): Promise<void> {
    const { kind, renderer } = await this.#current;
    try {
      await renderer.show(picture, look);
    } catch (error) {
      if (kind === RENDERERS.at(-1)) throw error;
      this.#lose(kind);
      await this.#current;
    }
  }

  async read(): Promise<Uint8ClampedArray> {
    return await (await this.#current).renderer.read();
  }

  async close(): Promise<void> {
    const { renderer } = await this.#current;
    renderer.close();
    this.#place.replaceChildren();
  }

  async #open(lost: RendererKind["name"] | undefined): Promise<Current> {
    for (let kind = this.#left.shift(); kind !== undefined; kind = this.#left.shift()) {
      const canvas = document.createElement("canvas");
      const opened = kind;
      const renderer = await kind
        .open(canvas, () => this.#lose(opened), this.#options)
        .catch(() => undefined);
      if (renderer === undefined) continue;
      this.#place.replaceChildren(canvas);
      this.#onRenderer(kind.name, lost);
      return { kind, renderer };
    }
    throw new Error("no renderer opens: this browser draws on no canvas");
  }

  #lose(kind: RendererKind): void {
    this.#current = this.#current.then(async (current) => {
      // Lost twice, by its event and by a call that failed.
      if (current.kind !== kind) return current;
      const next = await this.#open(kind.name);
      if (this.#last !== undefined) await next.renderer.show(...this.#last);
      return next;
    });
  }
}
