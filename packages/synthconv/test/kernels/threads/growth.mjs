// Work on two threads over and over, in new memory each time; prints the most memory of the process in MB. Arguments:
// address of the built package with a slash at its end, name of the work, repetitions.
const [built, name, repetitions] = process.argv.slice(2);
const { applyNetwork, sharedFloats, startThreads } = await import(`${built}look.js`);
const { conv2d, sum, tensor, Parameter } = await import(`${built}index.js`);
const { fitLook } = await import(`${built}fit.js`);

const numbers = (length) => Float32Array.from({ length }, (_, i) => ((i * 7919) % 4096) / 4096 - 0.5);
const layer = (inputs, outputs, activation) => {
  return { inputs, outputs, weight: numbers(inputs * outputs), bias: numbers(outputs), activation };
};
const network = { layers: [layer(3, 8, "relu"), layer(8, 3, "none")], residual: true };
const MEGABYTE = 2 ** 20;
let most = 0;
const look = () => {
  most = Math.max(most, process.memoryUsage.rss() / MEGABYTE);
};

const works = {
  /** 9 MB per call. */
  applyFloats(times) {
    for (let i = 0; i < times; i++) {
      applyNetwork(network, sharedFloats(2_359_296).fill(0.5), { channels: 3 });
      if (i % 10 === 0) look();
    }
  },
  /** The same in memory that the library did not make. */
  applyBytes(times) {
    for (let i = 0; i < times; i++) {
      const pixels = new Uint8Array(new SharedArrayBuffer(9 * MEGABYTE)).fill(77);
      applyNetwork(network, pixels, { channels: 3 });
      if (i % 10 === 0) look();
    }
  },
  /** 1.5 MB of colours per step. */
  async fit(times) {
    const input = numbers(3 * 2 ** 18).map((value) => value + 0.5);
    await fitLook([{ samples: { input, target: input.map(Math.sqrt) } }], {
      ...{ channels: 8, batch: 65_536, steps: times, source: "growth" },
      onProgress: look,
    });
  },
  /** 20 MB per step: the image, what a convolution makes of it, and gradients. */
  tape(times) {
    const pixels = numbers(3 * 256 * 256);
    const weight = new Parameter(tensor(numbers(16 * 3 * 9), { shape: [16, 3, 3, 3] }));
    for (let i = 0; i < times; i++) {
      const image = tensor(pixels, { shape: [1, 3, 256, 256] });
      const output = conv2d(image, weight, undefined, { padding: 1 });
      sum(output.multiply(output)).backward();
      weight.grad = undefined;
      look();
    }
  },
};

/** 480 MB, of which this thread keeps nothing, and then nothing more to do. */
works.idle = async (times) => {
  for (let i = 0; i < times; i++) applyNetwork(network, sharedFloats(120_000_000), { channels: 3 });
  const end = performance.now() + 20_000;
  do {
    await new Promise((resolve) => setTimeout(resolve, 100));
    globalThis.gc();
    most = 0;
    look();
  } while (most > 300 && performance.now() < end);
};

await startThreads({ threads: 2 });
await works[name](Number(repetitions));
console.log(most);
process.exit();
