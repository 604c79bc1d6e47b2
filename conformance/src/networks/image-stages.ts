/** Stages that take images [B,C,H,W]: convolutions of every option, pooling, and what networks build from operations. */
import { hyper, nn, ops, type Tensor, tensor } from "../library.js";
import { CONDITION, layered, plain, type StageRow, Weights } from "./parts.js";

type Make = StageRow["make"];

const row = (name: string, make: Make): StageRow => ({ name, takes: "image", make });

const convolutions: readonly StageRow[] = [
  row("Conv2d", ([, channels = 1], random) =>
    layered(new nn.Conv2d(channels, random.integer(1, 5), 3, { padding: 1 })),
  ),
  row("Conv2d, stride", ([, channels = 1], random) =>
    layered(new nn.Conv2d(channels, random.integer(1, 4), random.pick([3, 5]), { stride: 2, padding: 2 })),
  ),
  row("Conv2d, dilation", ([, channels = 1], random) =>
    layered(new nn.Conv2d(channels, random.integer(1, 4), 3, { padding: 3, dilation: random.pick([2, 3]) })),
  ),
  row("Conv2d, groups", ([, channels = 1]) =>
    layered(new nn.Conv2d(channels, 2 * channels, 3, { padding: 1, groups: channels })),
  ),
  row("Conv2d, no bias", ([, channels = 1], random) =>
    layered(new nn.Conv2d(channels, random.integer(1, 5), [1, 3], { padding: [0, 1], bias: false })),
  ),
  row("conv2d, weights per sample", ([, channels = 1], random) => {
    const outputs = random.integer(1, 4);
    const [weight, bias] = [
      new nn.Linear(CONDITION, outputs * channels * 9),
      new nn.Linear(CONDITION, outputs),
    ];
    return {
      parts: [weight, bias],
      run: (x, { condition }) => {
        const kernel = ops.reshape(weight.forward(condition), [-1, outputs, channels, 3, 3]);
        return ops.conv2d(x, kernel, bias.forward(condition), { padding: 1 });
      },
    };
  }),
  row("conv2d, a bias per sample alone", ([, channels = 1], random) => {
    const outputs = random.integer(1, 4);
    const [weight, bias] = [new Weights([outputs, channels, 2, 2]), new nn.Linear(CONDITION, outputs)];
    return {
      parts: [weight, bias],
      run: (x, { condition }) => ops.conv2d(x, weight.values, bias.forward(condition), { padding: 1 }),
    };
  }),
  row("SynthesizedConv2d", ([, channels = 1], random) => {
    const tensors = hyper.conv2dTensors(channels, random.integer(1, 4));
    return synthesized(new hyper.SynthesizedConv2d(generatorOf(tensors)));
  }),
  row("SynthesizedConv2d, options", ([, channels = 1]) => {
    const sizes = { kernelSize: [3, 2], groups: channels, bias: false, gain: 1 } as const;
    const tensors = hyper.conv2dTensors(channels, 2 * channels, sizes);
    const options = { stride: 2, padding: 2, dilation: [1, 2], groups: channels } as const;
    return synthesized(new hyper.SynthesizedConv2d(generatorOf(tensors), options));
  }),
];

function generatorOf(tensors: ReturnType<typeof hyper.conv2dTensors>) {
  return new hyper.WeightGenerator({ conditionLength: CONDITION, hidden: [5], tensors });
}

function synthesized(layer: hyper.SynthesizedConv2d): ReturnType<Make> {
  return { parts: [layer], run: (x, { condition }) => layer.forward(x, condition) };
}

const pooling: readonly StageRow[] = [
  row("Conv2d, padding modes", ([, channels = 1], random) => {
    const paddingMode = random.pick(["constant", "reflect", "replicate", "circular"] as const);
    const padding = paddingMode === "constant" ? "same" : ({ top: 1, left: 1 } as const);
    return layered(new nn.Conv2d(channels, random.integer(1, 3), [2, 3], { padding, paddingMode }));
  }),
  row("convTranspose2d, weights per sample", ([, channels = 1], random) => {
    const outputs = random.integer(1, 3);
    const weight = new nn.Linear(CONDITION, channels * outputs * 4);
    return {
      parts: [weight],
      run: (x, { condition }) => {
        const kernel = ops.reshape(weight.forward(condition), [-1, channels, outputs, 2, 2]);
        return ops.maxPool2d(ops.convTranspose2d(x, kernel, undefined, { stride: 2 }), { kernel: 2 });
      },
    };
  }),
  row("GroupNorm and InstanceNorm", ([, channels = 1]) => {
    const [group, instance] = [
      new nn.GroupNorm(1, channels),
      new nn.InstanceNorm(channels, { affine: true, epsilon: 0.1 }),
    ];
    return { parts: [group, instance], run: (x) => ops.add(group.forward(x), ops.tanh(instance.forward(x))) };
  }),
  row("BatchNorm and Dropout", ([, channels = 1]) => {
    const [norm, dropout] = [new nn.BatchNorm(channels, { epsilon: 0.1 }), new nn.Dropout(0.2)];
    return {
      parts: [norm, dropout],
      run: (x, { step }) => dropout.keyRandom({ seed: 5, step }).forward(norm.forward(x)),
    };
  }),
  row("ConvTranspose2d", ([, channels = 1]) =>
    layered(new nn.ConvTranspose2d(channels, 2, 3, { padding: 1 })),
  ),
  row("gridSample", ([batch = 1], random) => {
    const grid = Float64Array.from({ length: batch * 3 * 4 * 2 }, () => 1.8 * random.uniform() - 0.9);
    return plain((x) =>
      ops.gridSample(
        x,
        tensor(grid.slice(0, (x.shape[0] as number) * 24), {
          shape: [x.shape[0] as number, 3, 4, 2],
          dtype: x.dtype,
        }),
      ),
    );
  }),
  row("resize", (_shape, random) => {
    const mode = random.pick(["nearest", "bilinear", "bicubic"] as const);
    return plain((x) => ops.tanh(ops.resize(ops.pad(x, 1), { size: [3, 4], mode })));
  }),
  row("conv1d", ([, channels = 1, , wide = 1]) => {
    const weight = new Weights([2, channels, 3]);
    return {
      parts: [weight],
      run: (x) => {
        const lines = ops.reshape(ops.slice(x, [undefined, undefined, [0, 1]]), [-1, channels, wide]);
        return ops.reshape(ops.conv1d(lines, weight.values, undefined, { padding: "same" }), [
          -1,
          2,
          1,
          wide,
        ]);
      },
    };
  }),
  row("pixelShuffle", ([, channels = 1]) =>
    plain((x) => {
      const four = ops.concat([x, ops.tanh(x), ops.multiply(x, 0.5), ops.silu(x)], 1);
      const halved = ops.pixelUnshuffle(ops.sin(ops.pixelShuffle(four, 2)), 2);
      const part = (index: number) =>
        ops.slice(halved, [undefined, [index * channels, (index + 1) * channels]]);
      return ops.add(part(0), ops.multiply(part(1), part(3)));
    }),
  ),
  row("averagePool2d", ([, , height = 1, width = 1]) =>
    plain((x) => ops.averagePool2d(x, { kernel: [Math.min(2, height), Math.min(2, width)] })),
  ),
  row("averagePool2d, stride and padding", () =>
    plain((x) => ops.averagePool2d(x, { kernel: 3, stride: [2, 1], padding: 1 })),
  ),
  row("globalAveragePool", ([, channels = 1]) => {
    const layer = new nn.Linear(channels, channels);
    const gate = (x: Tensor) => ops.sigmoid(layer.forward(ops.globalAveragePool(x)));
    return {
      parts: [layer],
      run: (x) => ops.multiply(x, ops.reshape(gate(x), [-1, channels, 1, 1])),
    };
  }),
  row("max over pixels", () =>
    plain((x) => ops.subtract(x, ops.multiply(ops.max(x, { axes: [2, 3], keepDims: true }), 0.3))),
  ),
  row("mean of channels", () => plain((x) => ops.add(x, ops.mean(x, { axes: 1, keepDims: true })))),
];

const fromOperations: readonly StageRow[] = [
  row("instance normalization", ([, channels = 1]) => {
    const [gain, shift] = [new Weights([channels, 1, 1]), new Weights([channels, 1, 1])];
    return {
      parts: [gain, shift],
      run: (x) => {
        const centred = ops.subtract(x, ops.mean(x, { axes: [2, 3], keepDims: true }));
        const variance = ops.mean(ops.square(centred), { axes: [2, 3], keepDims: true });
        const normal = ops.divide(centred, ops.sqrt(ops.add(variance, 0.05)));
        return ops.add(ops.multiply(normal, gain.values), shift.values);
      },
    };
  }),
  row("concat of channels", ([, channels = 1], random) =>
    layered(new nn.Conv2d(channels, random.integer(1, 2), 1), (y, x) => ops.concat([x, y, x], 1)),
  ),
  row("slice of pixels", ([, , height = 1, width = 1]) =>
    plain((x) => ops.slice(x, [undefined, undefined, [height >> 2, height], [0, width - (width >> 2)]])),
  ),
  row("residual convolution", ([, channels = 1]) =>
    layered(new nn.Conv2d(channels, channels, 3, { padding: 1 }), (y, x) => ops.add(x, ops.tanh(y))),
  ),
  row("attention", ([, channels = 1, height = 1, width = 1], random) => {
    const inner = random.integer(1, 3);
    const layers = [inner, inner, channels].map((outputs) => new nn.Linear(channels, outputs));
    return {
      parts: layers,
      run: (x) => {
        const pixels = ops.reshape(ops.transpose(x, [0, 2, 3, 1]), [-1, height * width, channels]);
        const [query, key, value] = layers.map((layer) => layer.forward(pixels)) as [Tensor, Tensor, Tensor];
        const scores = ops.matmul(query, ops.transpose(key, [0, 2, 1]));
        const mixed = ops.matmul(ops.softmax(ops.multiply(scores, inner ** -0.5)), value);
        const image = ops.reshape(mixed, [-1, height, width, channels]);
        return ops.add(x, ops.transpose(image, [0, 3, 1, 2]));
      },
    };
  }),
];

export const imageStages: readonly StageRow[] = [...convolutions, ...pooling, ...fromOperations];
