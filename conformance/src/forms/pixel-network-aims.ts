/** Pixel networks that take the ways which small ones seldom take. */
import type { Aim } from "../case.js";
import { activationNames } from "../library.js";
import type { Random } from "../random.js";
import { simpleActivations, stackActivations } from "./networks.js";
import { drawOptions, type PixelNetworkCase, simplestCase } from "./pixel-network-space.js";

type Part = Partial<PixelNetworkCase>;

function aim(name: string, draw: (random: Random) => Part): Aim<PixelNetworkCase> {
  return { name, draw: (random) => ({ ...simplestCase, ...drawOptions(random), ...draw(random) }) };
}

const FUSED: Part = { numbers: "float32", slope: 0.25, biases: true };
const WELL_CONDITIONED: Part = {
  values: "mostly positive",
  weight: "mostly positive",
  upstream: "mostly positive",
  spoiler: "none",
};

/** For ways that other cases take, too. */
function often(times: number, name: string, draw: (random: Random) => Part): Aim<PixelNetworkCase> {
  return { ...aim(name, draw), times };
}

/** Gradients of such large cases take float64 a quarter of a second. */
const mostlyForward = (random: Random): PixelNetworkCase["pass"] =>
  random.chance(0.8) ? "forward" : random.pick(["backward", "loss"]);

const hidden = (random: Random, most: number): Part => ({
  ...FUSED,
  channels: [3, random.integer(1, most), 3],
  activations: [random.pick(simpleActivations), "none"],
  residual: random.chance(0.3),
});

const cuts: readonly Aim<PixelNetworkCase>[] = [
  aim("fused: several chunks", (random) => ({ ...hidden(random, 3), pixels: random.integer(8193, 8700) })),
  aim("fused: memory brought in ahead", (random) => ({
    ...WELL_CONDITIONED,
    ...FUSED,
    channels: [3, 1, 3],
    activations: ["none", "none"],
    pixels: 2 ** 18 + random.integer(0, 99),
    wants: "both",
    pass: mostlyForward(random),
    loss: "mse",
  })),
  ...(["forward", "backward", "loss"] as const).map((pass) =>
    often(8, `fused: more hidden units than one sum takes, ${pass}`, (random) => ({
      ...FUSED,
      channels: [3, random.pick([65, 128, 256, 257]), 3],
      activations: [random.pick(simpleActivations), "none"],
      pixels: random.integer(1, 40),
      pass,
    })),
  ),
  often(10, "fused: losses of several parts and slices", (random) => ({
    ...hidden(random, 3),
    pixels: random.pick([2048 + random.integer(0, 70), 8193 + random.integer(0, 400)]),
    pass: "loss",
    wants: random.pick(["nothing", "layers"]),
    pixelWeights: random.chance(0.7),
  })),
  ...(["forward", "backward", "loss"] as const).map((pass) =>
    often(8, `an image with NaN, ${pass}`, (random) => ({
      ...hidden(random, 3),
      channels: [random.pick([2, 3]), random.integer(1, 5), 3],
      activations: [random.pick(["relu", "relu", "leakyRelu"]), "none"],
      pixels: random.integer(1, 20),
      pass,
      loss: random.pick(["mse", "l1", "l1"]),
      // With the image's gradient the loss is a step of its own.
      wants: pass === "loss" ? "layers" : "both",
      spoiler: "NaN",
      spoilt: "image",
    })),
  ),
  often(10, "whole numbers, many of them at the kinks of activations", (random) => ({
    channels: [random.pick([2, 3]), random.integer(1, 9), 3],
    activations: [random.pick(["relu", "leakyRelu", "leakyRelu"]), "none"],
    slope: random.pick([0.25, 0.5]),
    pixels: random.integer(8, 60),
    pass: random.pick(["backward", "loss"]),
    loss: "mse",
    wants: random.pick(["layers", "both"]),
    ...{ values: "whole numbers", weight: "whole numbers", upstream: "whole numbers", spoiler: "none" },
    numbers: "float32",
  })),
  aim("slopes that kernels cover, and others", (random) => ({
    ...hidden(random, 9),
    channels: [random.pick([2, 3, 3]), random.integer(1, 9), 3],
    activations: ["leakyRelu", "none"],
    slope: random.pick([-0.5, 0, 1.25, 2]),
    pixels: random.integer(1, 40),
  })),
  ...(["backward", "loss"] as const).map((pass) =>
    often(8, `stack: more pixels than one sum takes, in several tiles, ${pass}`, (random) => {
      const ends = random.integer(1, 5);
      return {
        channels: [ends, random.integer(1, 9), ends],
        activations: [random.pick(simpleActivations), random.pick(["relu", "leakyRelu", "none"])],
        slope: 0.25,
        residual: random.chance(0.8),
        pixels: random.integer(513, 700),
        pass,
        wants: pass === "loss" ? "layers" : "both",
        numbers: "float32",
        spoilt: "image",
      };
    }),
  ),
  aim("stack: several chunks", (random) => ({
    channels: [random.integer(200, 256), 2, random.integer(200, 256)],
    activations: [random.pick(simpleActivations), random.pick(simpleActivations)],
    pixels: random.integer(129, 200),
    numbers: "float32",
    spoilt: "image",
  })),
  ...(["forward", "backward", "loss"] as const).map((pass) =>
    aim(`stack, ${pass}`, (random) => ({
      channels: [random.pick([1, 2, 4, 5]), random.integer(1, 40), random.integer(1, 9)],
      activations: [random.pick(simpleActivations), random.pick(simpleActivations)],
      // Others run on the reference.
      slope: random.pick([0, 0.01, 0.25, 0.5, 1]),
      pixels: random.integer(1, 150),
      numbers: "float32",
      spoilt: "image",
      pass,
    })),
  ),
  ...(["forward", "backward", "loss"] as const).map((pass) =>
    often(8, `stack: tanh, ${pass}`, (random) => {
      const others = [random.pick(stackActivations), random.pick(stackActivations)];
      const channels = [
        random.pick([1, 2, 4]),
        random.integer(1, 20),
        random.integer(1, 9),
        random.integer(1, 4),
      ];
      return {
        channels,
        activations: others.toSpliced(random.integer(0, 2), 0, "tanh"),
        slope: random.pick([0, 0.25, 0.5]),
        pixels: random.integer(1, 150),
        numbers: "float32",
        // Beyond 9 float32 rounds it to 1, and nothing is seen of it.
        ...{ values: random.pick(["both signs", "mostly positive", "one sign"]), weight: "both signs" },
        ...{ wants: "both", spoilt: "image", pass },
      };
    }),
  ),
  aim("stack: so many layers", (random) => ({
    channels: Array.from({ length: 10 }, () => random.integer(1, 4)),
    activations: Array.from({ length: 9 }, () => random.pick(simpleActivations)),
    pixels: random.integer(1, 40),
    values: "both signs",
  })),
  aim("weights that are not finite", (random) => ({
    ...hidden(random, 20),
    pixels: random.integer(1, 40),
    spoiler: random.pick(["NaN", "Infinity", "-Infinity"]),
    spoilt: "weight",
  })),
  aim("stack: float64 planes", (random) => ({
    channels: [4, random.integer(1, 9), 5, 1],
    activations: Array.from({ length: 3 }, () => random.pick(simpleActivations)),
    pixels: random.integer(1, 40),
    numbers: "float64 planes",
    spoilt: "image",
  })),
  aim("fused: float64", (random) => ({
    ...hidden(random, 20),
    pixels: random.integer(1, 40),
    numbers: random.pick(["float64", "float64 planes"]),
  })),
  aim("fused: another activation", (random) => ({
    ...hidden(random, 20),
    activations: [random.pick(activationNames), random.pick(activationNames.slice(1))],
    pixels: random.integer(1, 40),
  })),
];

const passes = (["forward", "backward", "loss"] as const).map((pass) =>
  // 10 million operations: 2 for each weight and pixel forward, 6 with gradients.
  aim(`threads, ${pass}`, (random) => ({
    ...WELL_CONDITIONED,
    ...(random.chance(0.5)
      ? { channels: [3, 32, 3], activations: [random.pick(simpleActivations), "none"] }
      : { channels: [4, 12, 11, 1], activations: ["leakyRelu", "none", "relu"] }),
    ...{ pass, numbers: "float32", biases: true, threads: "shared memory" },
    pixels: pass === "forward" ? random.integer(27_000, 33_000) : random.integer(9300, 12_000),
    wants: pass === "loss" ? "layers" : "both",
  })),
);

const threaded: readonly Aim<PixelNetworkCase>[] = [
  ...passes,
  often(6, "threads, a network for each sample", (random) => ({
    ...WELL_CONDITIONED,
    channels: [3, 32, 3],
    activations: [random.pick(simpleActivations), "none"],
    samples: 2,
    pixels: random.integer(8193, 8400),
    pass: "backward",
    wants: "both",
    networks: "per sample",
    numbers: "float32",
    threads: "shared memory",
  })),
  aim("threads, several jobs", (random) => {
    const pass = mostlyForward(random);
    return {
      ...WELL_CONDITIONED,
      channels: [3, 64, 3],
      activations: [random.pick(["relu", "none"]), "none"],
      samples: random.integer(257, 270),
      // 10 million operations.
      pixels: pass === "forward" ? random.integer(51, 54) : random.integer(17, 20),
      pass,
      wants: "layers",
      networks: random.pick(["shared", "per sample"]),
      numbers: "float32",
      threads: "shared memory",
    };
  }),
  aim("threads, arrays of other memory", (random) => ({
    ...WELL_CONDITIONED,
    ...hidden(random, 1),
    channels: [3, 32, 3],
    pixels: random.integer(9300, 10_000),
    pass: "loss",
    wants: "layers",
    threads: "other memory",
  })),
  aim("threads, too little work", (random) => ({
    ...hidden(random, 2),
    pixels: random.integer(8193, 8500),
    threads: "shared memory",
  })),
  aim("threads, one slice", (random) => ({
    ...hidden(random, 5),
    pixels: random.integer(1, 50),
    threads: "shared memory",
  })),
];

export const pixelNetworkAims: readonly Aim<PixelNetworkCase>[] = [...cuts, ...threaded];
