// Runs in Node and in browsers: all passes of one network on the plain backend, on a number of threads.

/**
 * @param {string} built address of the built package, with a slash at its end
 * @param {number} threads
 * @returns {Promise<{ threads: number, reason?: string, bits: string }>} bits: a digest of everything that came out
 */
export async function passes(built, threads) {
  const { sharedFloats } = await import(`${built}core/index.js`);
  const kernels = await import(`${built}kernels/index.js`);
  kernels.setBackend("plain");
  const started = await kernels.startThreads({ threads });
  const pixels = 270_001;
  const planes = (seed) => {
    const values = sharedFloats(3 * pixels);
    for (let i = 0; i < values.length; i++) values[i] = ((i * 7919 + seed * 104729) % 65_536) / 65_536;
    return values;
  };
  const weights = (length) => Float32Array.from({ length }, (_, i) => ((i * 31) % 17) / 17 - 0.5);
  const layer = (inputs, outputs, activation) => {
    return { inputs, outputs, weight: weights(inputs * outputs), bias: weights(outputs), activation };
  };
  const network = { layers: [layer(3, 16, "relu"), layer(16, 3, "none")], residual: true };
  const layerGradients = [
    { weight: new Float64Array(48), bias: new Float64Array(16) },
    { weight: new Float64Array(48), bias: new Float64Array(3) },
  ];
  const [image, target, output, imageGradient] = [1, 2, 3, 4].map(planes);
  kernels.pixelNetworkForward({ network, image, pixels, output });
  kernels.pixelNetworkBackward({ network, image, pixels, upstream: target, imageGradient, layerGradients });
  const loss = kernels.pixelNetworkLoss({ network, image, pixels, target, loss: "mse", layerGradients });
  await kernels.stopThreads();
  kernels.setBackend(undefined);
  const arrays = [output, imageGradient, ...layerGradients.flatMap(({ weight, bias }) => [weight, bias])];
  return { ...started, bits: [...arrays, Float64Array.of(loss)].map(digestOf).join(" ") };
}

/**
 * The error of a call that only a worker finds wrong, because structured clone drops what lies on a prototype: proof
 * that workers take part while the calling thread is busy.
 *
 * @param {string} built
 * @returns {Promise<string | undefined>}
 */
export async function errorOfWorker(built) {
  const { sharedFloats } = await import(`${built}core/index.js`);
  const { forwardTask } = await import(`${built}kernels/pixel-network/tasks.js`);
  const { parallel } = await import(`${built}kernels/threads/parallel.js`);
  const { startThreads, stopThreads } = await import(`${built}kernels/index.js`);
  await startThreads({ threads: 2 });
  const pixels = 2 ** 20;
  const image = sharedFloats(3 * pixels);
  const layer = { inputs: 3, outputs: 3, weight: new Float32Array(9), bias: undefined };
  const layers = [Object.assign(Object.create({ activation: "none" }), layer)];
  const call = { network: { layers, residual: false }, image, pixels, output: sharedFloats(3 * pixels) };
  // A busy machine may let the worker begin when the caller has done all.
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      parallel(forwardTask, { calls: [call], slices: 32 }, 32);
    } catch (error) {
      return `${error.name} ${error.code} ${error.message}`;
    }
  }
  await stopThreads();
  return undefined;
}

/** FNV-1a over the words of an array: pages without HTTPS have no crypto. */
function digestOf(array) {
  let hash = 0x811c9dc5;
  for (const word of new Uint32Array(array.slice().buffer)) hash = Math.imul(hash ^ word, 0x01000193);
  return (hash >>> 0).toString(16);
}
