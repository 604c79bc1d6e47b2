/** What the page of the test does: each renderer paints, and is read back. */
import { applyNetwork, type PixelNetwork } from "synthconv/look";
import { type OpenOptions, type Picture, Preview, RENDERERS, type Shown } from "../../src/preview/index.js";

const options: OpenOptions = { software: true };

function shownOf(network: PixelNetwork, strength: number, { pixels }: Picture): Shown {
  return {
    strength,
    network: async () => network,
    async painted() {
      const graded = pixels.slice();
      applyNetwork(network, graded, { channels: 4, strength });
      return graded;
    },
  };
}

/** A network as text carries it. */
export interface PlainNetwork {
  readonly layers: readonly {
    readonly inputs: number;
    readonly outputs: number;
    readonly weight: readonly number[];
    readonly bias: readonly number[];
    readonly activation: string;
  }[];
  readonly residual: boolean;
}

function networkOf({ layers, residual }: PlainNetwork): PixelNetwork {
  return {
    layers: layers.map((layer) => ({
      ...layer,
      weight: Float32Array.from(layer.weight),
      bias: Float32Array.from(layer.bias),
    })) as PixelNetwork["layers"],
    residual,
  };
}

/** All colours of steps of 255/16 and more, opaque, and some that are not. */
function picture(): Picture {
  const [width, height] = [97, 61];
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < width * height; at++) {
    pixels.set([(at * 16) & 255, (at * 7) & 255, (at * 29) & 255, at % 11 === 0 ? at & 255 : 255], 4 * at);
  }
  return { width, height, pixels };
}

/** Which renderers this browser has, even if by software. */
export async function available(): Promise<string[]> {
  const names: string[] = [];
  for (const kind of RENDERERS) {
    const renderer = await kind.open(document.createElement("canvas"), () => {}, options);
    if (renderer !== undefined) names.push(kind.name);
    renderer?.close();
  }
  return names;
}

/** Without the tests' leave, software is no graphics. */
export async function chosen(): Promise<string> {
  return await new Promise((resolve) => {
    new Preview(document.body, { ...options, software: false }, resolve);
  });
}

/** The largest difference, in 255ths, of each renderer to the library's reference in float64. */
export async function differences(plain: PlainNetwork, strength: number): Promise<Record<string, number>> {
  const shown = picture();
  const look = shownOf(networkOf(plain), strength, shown);
  const wanted = await look.painted();
  const found: Record<string, number> = {};
  for (const kind of RENDERERS) {
    const renderer = await kind.open(document.createElement("canvas"), () => {}, options);
    if (renderer === undefined) continue;
    // As it is first: a second look must replace the first.
    await renderer.show(shown, undefined);
    const same = await renderer.read();
    if (same.some((value, at) => value !== shown.pixels[at])) found[`${kind.name} as it is`] = 1;
    await renderer.show(shown, look);
    const read = await renderer.read();
    found[kind.name] = read.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (wanted[at] as number))),
      0,
    );
    renderer.close();
  }
  return found;
}

function halving(): PixelNetwork {
  const weight = [0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5];
  const layer = { inputs: 3, outputs: 3, weight, bias: [0, 0, 0], activation: "none" };
  return networkOf({ layers: [layer], residual: false });
}

/** A hundred looks asked for at once: which of them were computed, and whether the last is on the canvas. */
export async function hurried(): Promise<{ readonly computed: readonly number[]; readonly isLast: boolean }> {
  const computed: number[] = [];
  const shown = picture();
  const preview = await new Promise<Preview>((resolve) => {
    const one: Preview = new Preview(document.body, options, () => resolve(one), RENDERERS.slice(-1));
  });
  const looks = Array.from({ length: 100 }, (_, nth) => {
    const look = shownOf(halving(), nth / 99, shown);
    return {
      ...look,
      async painted() {
        computed.push(nth);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return await look.painted();
      },
    };
  });
  await Promise.all(looks.map((look) => preview.show(shown, look)));
  const read = await preview.read();
  const wanted = await shownOf(halving(), 1, shown).painted();
  return { computed, isLast: read.every((value, at) => value === wanted[at]) };
}

/** Loses one renderer after the other, and says what drew after each. */
export async function losses(): Promise<string[]> {
  const told: string[] = [];
  const lost: (() => void)[] = [];
  const kinds = RENDERERS.map((kind) => ({
    ...kind,
    open: (canvas: HTMLCanvasElement, onLost: () => void, all: OpenOptions) => {
      lost.push(onLost);
      return kind.open(canvas, onLost, all);
    },
  }));
  const preview = new Preview(
    document.body,
    options,
    (name, before) => told.push(`${name} after ${before}`),
    kinds,
  );
  const shown = picture();
  const halved = shownOf(halving(), 1, shown);
  const wanted = await halved.painted();
  await preview.show(shown, halved);
  for (let nth = 0; nth < kinds.length - 1; nth++) {
    (lost.at(-1) as () => void)();
    const read = await preview.read();
    const worst = read.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (wanted[at] as number))),
      0,
    );
    told.push(`off by ${worst > 1 ? worst : "at most 1"}`);
  }
  return told;
}

/** A context that the browser itself takes away. */
export async function contextLost(): Promise<string> {
  return await new Promise((resolve) => {
    const preview = new Preview(
      document.body,
      options,
      (name, before) => {
        if (before !== undefined) resolve(`${name} after ${before}`);
      },
      RENDERERS.slice(1),
    );
    void preview.show(picture(), undefined).then(() => {
      document
        .querySelector("canvas")
        ?.getContext("webgl2")
        ?.getExtension("WEBGL_lose_context")
        ?.loseContext();
    });
  });
}
