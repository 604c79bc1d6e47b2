/**
 * The conformance suite: every form of every kernel on every backend of the engine that runs it, at awkward sizes,
 * against float64. Runs in Node and in browsers, on the built package; the tests beside it say where.
 *
 * @typedef {object} Outcome
 * @property {string} form what was calculated: `pixelNetwork forward`, `lut uint8 tetrahedral`
 * @property {string} title of the case
 * @property {string} backend
 * @property {number} threads
 * @property {number} error relative, of the largest expected entry; for whole numbers how far beyond a half a
 *   number was rounded
 * @property {number} tolerance
 * @property {string} bits digest of everything that came out
 */

const FLOAT_TOLERANCE = 1e-6;
/** Of 8 bits as the project promises it; of 16 bits the same share of float32's precision. */
const ROUNDING_TOLERANCE = { 255: 1e-4, 65535: 0.02 };

/** Around the groups of 4 and 8 pixels, the tiles and the chunks of the kernels. */
const PIXELS = [0, 1, 7, 9, 65, 2049, 8193];
/** Several slices, and work enough for a second thread. */
const MANY_PIXELS = 40_001;

/** Channels, activation of all layers but the last, slope, biases, residual. */
const STACKS = [
  { channels: [3, 16, 3], activation: "relu", residual: true },
  { channels: [3, 67, 3], activation: "leakyRelu", slope: 0.3, bias: false },
  { channels: [3, 1, 3], activation: "none" },
  { channels: [1, 2], activation: "none" },
  { channels: [16, 33, 5], activation: "leakyRelu" },
  { channels: [3, 32, 32, 3], activation: "relu", residual: true },
  { channels: [5, 3, 7, 16, 2], activation: "relu" },
  { channels: [3, 6, 3], activation: "gelu", residual: true },
];
const WIDE_STACKS = [
  { channels: [3, 256, 3], activation: "relu" },
  { channels: [2, 256, 7, 256, 3], activation: "leakyRelu" },
];
const WIDE_PIXELS = [7, 65];

const PRODUCTS = [
  { rows: 1, columns: 1, inner: 4097 },
  { rows: 5, columns: 9, inner: 129 },
  { rows: 257, columns: 515, inner: 3 },
  { rows: 64, columns: 512, inner: 300 },
];

/** Sides, channels in and out, kernel, stride, padding, dilation. */
const CONVOLUTIONS = [
  { side: [13, 11], channels: [5, 7], kernel: [1, 1] },
  { side: [17, 19], channels: [4, 9], kernel: [3, 3], padding: [1, 1] },
  { side: [33, 34], channels: [32, 31], kernel: [3, 3], padding: [1, 1] },
  { side: [20, 9], channels: [3, 5], kernel: [5, 3], padding: [2, 1] },
  { side: [30, 31], channels: [4, 6], kernel: [3, 3], padding: [1, 1], stride: [3, 2] },
  { side: [31, 29], channels: [4, 5], kernel: [3, 4], padding: [4, 1], dilation: [2, 3] },
];
const SAMPLES = 2;

/**
 * @param {string} built address of the built package, with a slash at its end
 * @param {readonly number[]} threads with more than one, only what is worth it
 * @returns {Promise<{ backends: string[], started: number[], outcomes: Outcome[] }>} started: the threads there were
 */
export async function conformance(built, threads) {
  const library = {
    ...(await import(`${built}core/index.js`)),
    ...(await import(`${built}colour/index.js`)),
    ...(await import(`${built}kernels/index.js`)),
  };
  const suite = new Suite(library);
  const started = [];
  try {
    for (const count of threads) {
      started.push(count === 1 ? 1 : (await library.startThreads({ threads: count })).threads);
      for (const backend of library.availableBackends()) {
        // The slices of the reference are those of every backend; in plain loops they only take long.
        if (backend === "reference" && count > 1) continue;
        library.setBackend(backend);
        suite.run(backend, count);
      }
      if (count > 1) await library.stopThreads();
    }
  } finally {
    library.setBackend(undefined);
  }
  return { backends: [...library.availableBackends()], started, outcomes: suite.outcomes };
}

class Suite {
  /** @type {Outcome[]} */
  outcomes = [];
  #backend = "";
  #threads = 1;
  /** What float64 says, by case: the same for every backend. */
  #expected = new Map();

  constructor(library) {
    this.library = library;
  }

  get isThreaded() {
    return this.#threads > 1;
  }

  run(backend, threads) {
    this.#backend = backend;
    this.#threads = threads;
    this.#pixelNetworks();
    this.#pixels();
    this.#lookups();
    this.#products();
    this.#convolutions();
  }

  #pixelNetworks() {
    const many = [STACKS[0], STACKS[5]].map((stack) => [stack, [MANY_PIXELS]]);
    const few = [
      ...STACKS.map((stack) => [stack, PIXELS]),
      ...WIDE_STACKS.map((stack) => [stack, WIDE_PIXELS]),
    ];
    const cases = this.isThreaded ? many : [...few, ...many];
    for (const [stack, counts] of cases) {
      for (const pixels of counts) {
        const title = `${stack.channels.join("-")} ${stack.activation}, ${pixels} pixels`;
        const passes = (cast) => this.#networkPasses(stack, pixels, cast);
        this.#compare("pixelNetwork", title, passes, FLOAT_TOLERANCE);
      }
    }
  }

  /** Forward, backward from a random gradient, and each loss; names of results to their numbers. */
  #networkPasses(stack, pixels, cast) {
    const { library } = this;
    const network = this.#network(stack, cast);
    const [inputs, outputs] = [stack.channels[0], stack.channels.at(-1)];
    const image = cast(this.#normal(inputs * pixels, "image"));
    // With a mean of 0 the bias gradient of an only output would cancel to next to nothing, all of it rounding.
    const upstream = cast(this.#normal(outputs * pixels, "upstream").map((value) => value + 0.5));
    // Nor do differences of one sign cancel.
    const target = cast(this.#normal(outputs * pixels, "target").map((value) => value + 2));
    const pixelWeight = cast(this.#normal(pixels, "pixel weight").map(Math.abs));
    const output = cast(this.#floats(outputs * pixels));
    library.pixelNetworkForward({ network, image, pixels, output });
    const imageGradient = cast(this.#floats(inputs * pixels));
    const layerGradients = zeroGradients(network);
    library.pixelNetworkBackward({ network, image, pixels, upstream, imageGradient, layerGradients });
    const results = { forward: output, "image gradient": imageGradient };
    addGradients(results, "backward", layerGradients);
    for (const loss of library.pixelLossNames) {
      const gradients = zeroGradients(network);
      // Near 0 the gradient of charbonnier is the output's error divided by epsilon.
      const call = { network, image, pixels, target, loss, epsilon: 1, pixelWeight };
      const sum = library.pixelNetworkLoss({ ...call, layerGradients: gradients });
      results[loss] = Float64Array.of(sum);
      addGradients(results, loss, gradients);
    }
    return results;
  }

  #network({ channels, activation, slope, bias = true, residual = false }, cast) {
    const layers = channels.slice(1).map((outputs, index) => {
      const inputs = channels[index];
      const weight = this.#normal(inputs * outputs, `weight ${index}`);
      return {
        inputs,
        outputs,
        weight: cast(weight.map((value) => value / Math.sqrt(inputs))),
        bias: bias ? cast(this.#normal(outputs, `bias ${index}`)) : undefined,
        activation: index === channels.length - 2 ? "none" : activation,
        negativeSlope: slope,
      };
    });
    return { layers, residual };
  }

  /** Networks on the pixels of image files, in 8 and 16 bits, RGB and RGBA. */
  #pixels() {
    for (const stack of this.isThreaded ? [STACKS[0], STACKS[5]] : [STACKS[0], STACKS[5], STACKS[7]]) {
      const network = tamed(this.#network(stack, (data) => data));
      const exact = inFloat64(network);
      for (const top of [255, 65_535]) {
        for (const channels of [3, 4]) {
          for (const count of this.isThreaded ? [MANY_PIXELS] : [0, 1, 9, 2049, MANY_PIXELS]) {
            const title = `${stack.channels.join("-")} ${top === 255 ? 8 : 16} bits, ${channels} channels, ${count} pixels`;
            const pixels = this.#levels(top, count * channels);
            const expected = this.#remember(title, () => this.#exactPixels(exact, pixels, channels, top));
            const applied = copyOf(pixels);
            this.library.applyPixelNetwork({ network, pixels: applied, channels });
            const error = beyondRounding(applied, expected, top);
            this.#add("applyPixelNetwork", title, error, ROUNDING_TOLERANCE[top], [applied]);
            if (top === 255) this.#dither(network, pixels, channels, title, expected);
          }
        }
      }
    }
  }

  /** Dither moves a number to one of its two neighbours, and by no more. */
  #dither(network, pixels, channels, title, expected) {
    const dithered = copyOf(pixels);
    this.library.applyPixelNetwork({ network, pixels: dithered, channels, dither: { width: 37 } });
    const error = beyondRounding(dithered, expected, 255) - 0.5;
    this.#add("applyPixelNetwork with dither", title, error, ROUNDING_TOLERANCE[255], [dithered]);
  }

  #exactPixels(network, pixels, channels, top) {
    const count = pixels.length / channels;
    const image = new Float64Array(3 * count);
    for (let i = 0; i < image.length; i++) {
      image[i] = pixels[(i % count) * channels + Math.floor(i / count)] / top;
    }
    const output = new Float64Array(3 * count);
    this.library.pixelNetworkForward({ network, image, pixels: count, output });
    return Float64Array.from(pixels, (value, i) => {
      const [pixel, channel] = [Math.floor(i / channels), i % channels];
      return channel === 3 ? value : output[channel * count + pixel] * top;
    });
  }

  #lookups() {
    if (this.isThreaded) return;
    const cube = this.library.identityCube(17);
    const lut = { cube: { ...cube, table: this.#uniform(3 * 17 ** 3, "cube") } };
    for (const interpolation of ["tetrahedral", "trilinear"]) {
      for (const top of [1, 255, 65_535]) {
        for (const channels of [3, 4]) {
          for (const count of [0, 1, 5, 8193]) {
            const pixels = this.#levels(top, count * channels);
            const title = `${interpolation}, ${{ 1: "floats", 255: "8 bits", 65535: "16 bits" }[top]}, ${channels} channels, ${count} pixels`;
            const expected = this.#remember(title, () =>
              this.#exactLookup(lut, pixels, channels, top, interpolation),
            );
            const mapped = this.library.applyLut(lut, pixels, { channels, interpolation });
            const isWhole = top > 1;
            const error = isWhole ? beyondRounding(mapped, expected, top) : relativeError(mapped, expected);
            // A lattice needs no multiply-adds of many numbers: 16 bits are as exact as 8.
            const tolerance = isWhole ? ROUNDING_TOLERANCE[255] : FLOAT_TOLERANCE;
            this.#add("applyLut", title, error, tolerance, [mapped]);
          }
        }
      }
    }
  }

  #exactLookup(lut, pixels, channels, top, interpolation) {
    const colours = Float64Array.from(
      pixels.filter((_, index) => index % channels < 3),
      (value) => value / top,
    );
    new this.library.LutSampler(lut, interpolation).apply(colours, colours);
    let next = 0;
    return Float64Array.from(pixels, (value, index) =>
      index % channels < 3 ? colours[next++] * top : value,
    );
  }

  #products() {
    for (const size of PRODUCTS) {
      for (const transposed of [undefined, "a", "b"]) {
        const { rows, columns, inner } = size;
        const title = `${rows} x ${columns} x ${inner}${transposed ? `, ${transposed} transposed` : ""}`;
        const product = (cast) => {
          const a = cast(this.#normal(rows * inner, "a"));
          const b = cast(this.#normal(inner * columns, "b"));
          const out = this.library.allocateSums(rows * columns, size, a, 1);
          this.library.addProduct({ ...size, a, b, out, ...(transposed && { transposed }) });
          return { product: out };
        };
        this.#compare("matmul", title, product, FLOAT_TOLERANCE);
      }
    }
  }

  #convolutions() {
    for (const one of CONVOLUTIONS) {
      for (const isPerSample of [false, true]) {
        const title = `${one.kernel.join("x")}, ${one.channels.join(" to ")} channels, ${one.side.join(" x ")}${isPerSample ? ", one set a sample" : ""}`;
        const passes = (cast) => this.#convolutionPasses(one, isPerSample, cast);
        this.#compare("conv2d", title, passes, FLOAT_TOLERANCE);
      }
    }
  }

  #convolutionPasses(one, isPerSample, cast) {
    const { library } = this;
    const { side, channels, kernel, stride = [1, 1], padding = [0, 0], dilation = [1, 1] } = one;
    const [inputs, outputs] = channels;
    const outSide = [0, 1].map((axis) =>
      Math.floor(
        (side[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis] + 1,
      ),
    );
    const perSet = outputs * inputs * kernel[0] * kernel[1];
    const sizes = {
      ...{
        batch: SAMPLES,
        groups: 1,
        groupInputs: inputs,
        groupOutputs: outputs,
        input: side,
        output: outSide,
      },
      ...{ kernel, stride, padding, dilation, weightStep: isPerSample ? perSet : 0 },
    };
    const image = cast(this.#normal(SAMPLES * inputs * side[0] * side[1], "image"));
    const weight = cast(this.#normal(perSet * (isPerSample ? SAMPLES : 1), "weight"));
    const upstream = cast(this.#normal(SAMPLES * outputs * outSide[0] * outSide[1], "upstream"));
    const output = cast(this.#floats(upstream.length));
    const imageGradient = cast(this.#floats(image.length));
    const weightGradient = new Float64Array(weight.length);
    if (library.convolutionOnKernel(sizes, [image, weight], [weight])) {
      library.convolve(sizes, image, weight, undefined, output);
      library.convolveImageGradient(sizes, weight, upstream, imageGradient);
      library.convolveWeightGradient(sizes, image, upstream, weightGradient);
    } else {
      plainConvolution(sizes, { image, weight, upstream, output, imageGradient, weightGradient });
    }
    return { forward: output, "image gradient": imageGradient, "weight gradient": weightGradient };
  }

  /** Compares every result of `passes` in float32 with the same in float64. */
  #compare(form, title, passes, tolerance) {
    const expected = this.#remember(`${form} ${title}`, () => passes((data) => Float64Array.from(data)));
    const actual = passes((data) => data);
    for (const [name, numbers] of Object.entries(expected)) {
      this.#add(`${form} ${name}`, title, relativeError(actual[name], numbers), tolerance, [actual[name]]);
    }
  }

  #remember(key, calculate) {
    if (!this.#expected.has(key)) this.#expected.set(key, calculate());
    return this.#expected.get(key);
  }

  #add(form, title, error, tolerance, arrays) {
    const bits = arrays.map(digestOf).join(" ");
    this.outcomes.push({
      form,
      title,
      backend: this.#backend,
      threads: this.#threads,
      error,
      tolerance,
      bits,
    });
  }

  #floats(length) {
    return this.isThreaded ? this.library.sharedFloats(length) : new Float32Array(length);
  }

  #normal(length, purpose) {
    const random = new this.library.RandomStream({ seed: 11, purpose });
    const data = this.#floats(length);
    for (let i = 0; i < length; i++) data[i] = random.normal();
    return data;
  }

  #uniform(length, purpose) {
    const random = new this.library.RandomStream({ seed: 13, purpose });
    return Float32Array.from({ length }, () => random.uniform());
  }

  #levels(top, length) {
    const values = this.#uniform(length, `levels to ${top}`);
    if (top === 1) return values;
    const Kind = top === 255 ? Uint8Array : Uint16Array;
    const levels = new Kind(bufferOf(length * Kind.BYTES_PER_ELEMENT, this.isThreaded));
    for (let i = 0; i < length; i++) levels[i] = Math.floor(values[i] * (top + 1));
    return levels;
  }
}

function bufferOf(bytes, isShared) {
  return isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

function copyOf(pixels) {
  const copy = new pixels.constructor(bufferOf(pixels.byteLength, !(pixels.buffer instanceof ArrayBuffer)));
  copy.set(pixels);
  return copy;
}

/** Outputs near the middle of the range, so that most are not clamped. */
function tamed({ layers, residual }) {
  const last = layers.at(-1);
  const mild = {
    ...last,
    weight: last.weight.map((value) => value * 0.2),
    bias: last.bias?.map((value) => 0.3 + 0.2 * value),
  };
  return { residual, layers: [...layers.slice(0, -1), mild] };
}

function inFloat64({ layers, residual }) {
  return {
    residual,
    layers: layers.map((layer) => ({
      ...layer,
      weight: Float64Array.from(layer.weight),
      bias: layer.bias && Float64Array.from(layer.bias),
    })),
  };
}

function zeroGradients({ layers }) {
  return layers.map(({ weight, bias }) => ({
    weight: new Float64Array(weight.length),
    bias: bias && new Float64Array(bias.length),
  }));
}

function addGradients(results, name, gradients) {
  gradients.forEach(({ weight, bias }, index) => {
    results[`${name}, weight ${index}`] = weight;
    if (bias !== undefined) results[`${name}, bias ${index}`] = bias;
  });
}

/** Written out from the definition, in float64. */
function plainConvolution(sizes, { image, weight, upstream, output, imageGradient, weightGradient }) {
  const { batch, groupInputs, groupOutputs, input, kernel, stride, padding, dilation, weightStep } = sizes;
  const [height, width] = sizes.output;
  const sums = new Float64Array(imageGradient.length);
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < groupOutputs; o++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = ((b * groupOutputs + o) * height + y) * width + x;
          let sum = 0;
          for (let i = 0; i < groupInputs; i++) {
            for (let ky = 0; ky < kernel[0]; ky++) {
              const iy = y * stride[0] + ky * dilation[0] - padding[0];
              if (iy < 0 || iy >= input[0]) continue;
              for (let kx = 0; kx < kernel[1]; kx++) {
                const ix = x * stride[1] + kx * dilation[1] - padding[1];
                if (ix < 0 || ix >= input[1]) continue;
                const w = b * weightStep + ((o * groupInputs + i) * kernel[0] + ky) * kernel[1] + kx;
                const p = ((b * groupInputs + i) * input[0] + iy) * input[1] + ix;
                sum += weight[w] * image[p];
                weightGradient[w] += upstream[at] * image[p];
                sums[p] += upstream[at] * weight[w];
              }
            }
          }
          output[at] = sum;
        }
      }
    }
  }
  imageGradient.set(sums);
}

/** The largest difference as a share of the largest expected entry; NaN where either holds one. */
function relativeError(actual, expected) {
  if (actual.length !== expected.length) return Number.NaN;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** The largest distance between whole numbers and the exact ones, clamped to their range, beyond a half. */
function beyondRounding(actual, expected, top) {
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const clamped = Math.min(Math.max(expected[i], 0), top);
    worst = Math.max(worst, Math.abs(actual[i] - clamped) - 0.5);
  }
  return worst;
}

/** FNV-1a over the bytes of an array: pages without HTTPS have no crypto. */
function digestOf(array) {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}
