/**
 * An image-to-image U-Net whose decoder is written from a style: the encoder is trained for all styles together, and
 * each image of a batch passes through a decoder of its own style.
 *
 *     node examples/hypernetworks/styled-unet.ts [picture.png]
 *
 * Some 10 seconds on one core. It needs `npm run setup` before, and Node 22.18 or newer.
 */
import { pathToFileURL } from "node:url";
import {
  Adam,
  Conv2d,
  concat,
  conditions,
  conv2d,
  hypernetize,
  Module,
  mse,
  RandomStream,
  relu,
  resize,
  sigmoid,
  type Tensor,
  tensor,
} from "synthconv";

const SIZE = 16;

class UNet extends Module {
  readonly first = new Conv2d(3, 8, 3, { padding: 1 });
  readonly down = new Conv2d(8, 12, 3, { stride: 2, padding: 1 });
  readonly decoder = {
    up: new Conv2d(12, 8, 3, { padding: 1 }),
    out: new Conv2d(16, 3, 3, { padding: 1 }),
  };

  /** image [B,3,H,W], 0 to 1 -> [B,3,H,W] */
  forward(image: Tensor): Tensor {
    const fine = relu(this.first.forward(image));
    const coarse = relu(this.down.forward(fine));
    const up = relu(this.decoder.up.forward(resize(coarse, { size: [SIZE, SIZE], mode: "nearest" })));
    return sigmoid(this.decoder.out.forward(concat([fine, up], 1)));
  }
}

/** What the styles make of a batch of images. */
export const STYLES: readonly { readonly name: string; readonly of: (image: Tensor) => Tensor }[] = [
  {
    name: "negative",
    of: (image) => conv2d(image, kernel([-1, 0, 0, 0, -1, 0, 0, 0, -1]), tensor([1, 1, 1])),
  },
  { name: "sepia", of: (image) => conv2d(image, kernel([0.4, 0.5, 0.1, 0.3, 0.4, 0.1, 0.2, 0.3, 0.1])) },
  { name: "soft", of: soft },
];

function kernel(weights: readonly number[]): Tensor {
  return tensor(weights, { shape: [3, 3, 1, 1] });
}

/** The mean of 3x3 neighbours, channel by channel. */
function soft(image: Tensor): Tensor {
  const weights = tensor(
    Array.from({ length: 27 }, () => 1 / 9),
    { shape: [3, 1, 3, 3] },
  );
  return conv2d(image, weights, undefined, { padding: 1, groups: 3 });
}

export interface StyledOptions {
  readonly steps: number;
  readonly seed?: number;
}

export interface StyledResult {
  /** Of every style, the mean squared error on images that were not trained on. */
  readonly errors: readonly number[];
  /** Of the first of these images: as it is, and for every style what is wanted and what came. */
  readonly images: readonly (readonly Tensor[])[];
}

export function learnStyles({ steps, seed = 1 }: StyledOptions): StyledResult {
  const network = hypernetize(new UNet(), {
    parameters: /^decoder/,
    generator: { kind: "film", hidden: [16] },
    condition: conditions.task(STYLES.length, 4),
  }).initialize({ seed });
  const random = new RandomStream({ seed, purpose: "images" });
  const optimizer = new Adam(network.parameters(), { learningRate: 0.005 });
  const numbers = STYLES.map((_, style) => style);
  for (let step = 0; step < steps; step++) {
    // Every image in every style, so that a batch holds all of them.
    const images = imagesOf(2, random);
    const input = concat(numbers.map(() => images));
    const target = concat(STYLES.map(({ of }) => of(images)));
    optimizer.zeroGrad();
    mse(
      network.forward(
        numbers.flatMap((style) => [style, style]),
        input,
      ),
      target,
    ).backward();
    optimizer.step();
  }
  const unseen = imagesOf(4, new RandomStream({ seed, purpose: "unseen images" }));
  const outputs = numbers.map((style) => network.forward([style], unseen));
  const wanted = STYLES.map(({ of }) => of(unseen));
  return {
    errors: outputs.map((output, style) => mse(output, wanted[style] as Tensor).item()),
    images: [
      [unseen, ...wanted],
      [unseen, ...outputs],
    ],
  };
}

/** Waves of colour, [B,3,SIZE,SIZE]. */
function imagesOf(batch: number, random: RandomStream): Tensor {
  const values = new Float32Array(batch * 3 * SIZE * SIZE);
  for (let plane = 0; plane < batch * 3; plane++) {
    const [x, y, phase] = [random.normal() / 3, random.normal() / 3, 6 * random.uniform()];
    for (let i = 0; i < SIZE * SIZE; i++) {
      const wave = Math.sin(x * (i % SIZE) + y * Math.floor(i / SIZE) + phase);
      values[plane * SIZE * SIZE + i] = 0.5 + 0.45 * wave;
    }
  }
  return tensor(values, { shape: [batch, 3, SIZE, SIZE] });
}

/** The first image of each tensor, in rows, each pixel as a square. */
async function writeImages(path: string, rows: readonly (readonly Tensor[])[]): Promise<void> {
  const { default: sharp } = await import("sharp");
  const gap = 2;
  const width = (rows[0]?.length ?? 0) * (SIZE + gap);
  const height = rows.length * (SIZE + gap);
  const pixels = new Uint8Array(3 * width * height).fill(255);
  rows.forEach((images, row) => {
    images.forEach(({ data }, column) => {
      for (let i = 0; i < 3 * SIZE * SIZE; i++) {
        const [channel, place] = [Math.floor(i / (SIZE * SIZE)), i % (SIZE * SIZE)];
        const x = column * (SIZE + gap) + (place % SIZE);
        const y = row * (SIZE + gap) + Math.floor(place / SIZE);
        pixels[3 * (y * width + x) + channel] = Math.round(255 * Math.min(1, Math.max(0, data[i] as number)));
      }
    });
  });
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  await image
    .resize({ width: 8 * width, kernel: "nearest" })
    .png()
    .toFile(path);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const picture = process.argv[2] ?? "styled-unet.png";
  const { errors, images } = learnStyles({ steps: 1500 });
  STYLES.forEach(({ name }, style) => {
    console.log(`${name.padEnd(9)} root mean squared error ${Math.sqrt(errors[style] as number).toFixed(4)}`);
  });
  await writeImages(picture, images);
  console.log(
    `picture: ${picture} (above what is wanted, below what came: the image, ${STYLES.map(({ name }) => name).join(", ")})`,
  );
}
