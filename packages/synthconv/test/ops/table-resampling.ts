/** Borders, the largest of windows, other sizes, and convolutions that make larger. */
import { zeros } from "../../src/autograd/index.js";
import type { Table } from "./table-types.js";

export const RESAMPLING: Table<"pad" | "maxPool2d" | "resize" | "convTranspose2d" | "conv1d"> = {
  pad: {
    samples: [
      { title: "zeros", inputs: [[2, 1, 2, 3]], args: (x) => [x, 1], shape: [2, 1, 4, 5] },
      {
        title: "a number, sides that differ",
        inputs: [[1, 2, 2, 3]],
        args: (x) => [x, { top: 1, right: 2 }, { value: -0.5 }],
        shape: [1, 2, 3, 5],
      },
      {
        title: "reflect",
        inputs: [[1, 2, 3, 4]],
        args: (x) => [x, { top: 2, left: 1, right: 3 }, { mode: "reflect" }],
        shape: [1, 2, 5, 8],
      },
      {
        title: "replicate",
        inputs: [[2, 1, 2, 1]],
        args: (x) => [x, [1, 2], { mode: "replicate" }],
        shape: [2, 1, 4, 5],
      },
      {
        title: "circular",
        inputs: [[1, 1, 3, 2]],
        args: (x) => [x, { top: 3, bottom: 1, left: 1, right: 2 }, { mode: "circular" }],
        shape: [1, 1, 7, 5],
      },
      { title: "an empty batch", inputs: [[0, 1, 2, 3]], args: (x) => [x, 1], shape: [0, 1, 4, 5] },
    ],
    badCalls: [
      {
        args: () => [zeros([1, 1, 2, 3]), 2, { mode: "reflect" }],
        error: "ShapeError",
        message:
          "pad height: expected at least 3 pixels for 2 of reflect padding, received 2. Pad less, or with the mode constant.",
      },
      {
        args: () => [zeros([1, 1, 2, 3]), { left: 4 }, { mode: "circular" }],
        error: "ShapeError",
        message:
          "pad width: expected at least 4 pixels for 4 of circular padding, received 3. Pad less, or with the mode constant.",
      },
      {
        args: () => [zeros([1, 1, 2, 3]), 1, { mode: "replicate", value: 1 }],
        error: "ValueError",
        message: "pad value: expected the mode constant with it, received replicate",
      },
      {
        args: () => [zeros([1, 1, 2, 3]), [1, 1, 2, 2] as unknown as number],
        error: "ValueError",
        message:
          "pad padding: expected a whole number of 0 or more, a pair [vertical, horizontal] of them, or { top, bottom, left, right }, received [1,1,2,2]. For sides that differ, write { top, bottom, left, right }.",
      },
    ],
  },
  maxPool2d: {
    samples: [
      {
        title: "windows side by side",
        inputs: [[2, 3, 4, 6]],
        args: (x) => [x, { kernel: 2 }],
        shape: [2, 3, 2, 3],
      },
      {
        title: "windows that overlap, padding",
        inputs: [[1, 2, 5, 5]],
        args: (x) => [x, { kernel: [3, 2], stride: [1, 2], padding: 1 }],
        shape: [1, 2, 5, 3],
      },
      {
        title: "dilation",
        inputs: [[1, 2, 6, 7]],
        args: (x) => [x, { kernel: 2, stride: 1, dilation: [2, 3] }],
        shape: [1, 2, 4, 4],
      },
      {
        title: "an empty batch",
        inputs: [[0, 2, 4, 4]],
        args: (x) => [x, { kernel: 2 }],
        shape: [0, 2, 2, 2],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([3, 4, 4]), { kernel: 2 }],
        error: "ShapeError",
        message:
          "maxPool2d x: expected 4 axes [B,C,H,W], received [3,4,4]. Add the batch axis: reshape(x, [1,3,4,4]).",
      },
      {
        args: () => [zeros([1, 1, 4, 4]), { kernel: 2, padding: 2 }],
        error: "ValueError",
        message:
          "maxPool2d padding: expected at most half the kernel [2,2], received [2,2]. More would read nothing but padding.",
      },
      {
        args: () => [zeros([1, 1, 4, 1]), { kernel: 2 }],
        error: "ShapeError",
        message:
          "maxPool2d width: expected at least 2 pixels for a kernel of 2 at dilation 1, received 1 + 2 * 0 of padding = 1. Add padding, or use a smaller kernel or dilation.",
      },
    ],
  },
  resize: {
    samples: [
      ...(["nearest", "bilinear", "bicubic"] as const).flatMap((mode) =>
        [false, true]
          .filter((alignCorners) => mode !== "nearest" || !alignCorners)
          .map((alignCorners) => ({
            title: `${mode}${alignCorners ? ", corners on corners" : ""}`,
            inputs: [[2, 2, 3, 4]],
            args: (x: Parameters<typeof import("../../src/ops/index.js").resize>[0]) =>
              [x, { size: [7, 3], mode, alignCorners }] as Parameters<
                typeof import("../../src/ops/index.js").resize
              >,
            shape: [2, 2, 7, 3],
          })),
      ),
      { title: "to one pixel", inputs: [[1, 1, 3, 4]], args: (x) => [x, { size: 1 }], shape: [1, 1, 1, 1] },
    ],
    badCalls: [
      {
        args: () => [zeros([1, 1, 2, 2]), { size: 4, mode: "nearest", alignCorners: true }],
        error: "ValueError",
        message: "resize alignCorners: expected bilinear or bicubic with it, received nearest",
      },
      {
        args: () => [zeros([1, 1, 0, 2]), { size: 4 }],
        error: "ShapeError",
        message: "resize x: expected at least one pixel, received [1,1,0,2]",
      },
      {
        args: () => [zeros([1, 1, 2, 2]), { size: 0 }],
        error: "ValueError",
        message:
          "resize size: expected a whole number of 1 or more, or a pair [vertical, horizontal] of them, received 0",
      },
    ],
  },
  convTranspose2d: {
    samples: [
      {
        title: "stride 2, shared",
        inputs: [[2, 3, 3, 2], [3, 2, 3, 3], [2]],
        args: (x, w, b) => [x, w, b, { stride: 2, padding: 1, outputPadding: [1, 0] }],
        shape: [2, 2, 6, 3],
      },
      {
        title: "one set per sample, groups, dilation",
        inputs: [
          [2, 4, 2, 3],
          [2, 4, 1, 2, 2],
          [2, 2],
        ],
        args: (x, w, b) => [x, w, b, { groups: 2, dilation: [2, 1], stride: [1, 3] }],
        shape: [2, 2, 4, 8],
      },
      {
        title: "1x1, no bias",
        inputs: [
          [1, 2, 2, 2],
          [2, 3, 1, 1],
        ],
        args: (x, w) => [x, w],
        shape: [1, 3, 2, 2],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([1, 3, 4, 4]), zeros([5, 3, 3, 3])],
        error: "ShapeError",
        message:
          "convTranspose2d weight: expected 3 inputs first, as image [1,3,4,4] has channels, received 5 in [5,3,3,3]. Its inputs come before its outputs, [I,O/groups,kh,kw]: the other way round than in conv2d.",
      },
      {
        args: () => [zeros([1, 3, 4, 4]), zeros([3, 5])],
        error: "ShapeError",
        message:
          "convTranspose2d weight: expected [I,O/groups,kh,kw] (shared by the batch) or [B,I,O/groups,kh,kw] (one set per sample), a kernel of at least 1x1, received [3,5]. The rank says what is shared, so neither form drops an axis of size 1.",
      },
      {
        args: () => [zeros([2, 3, 4, 4]), zeros([1, 3, 5, 1, 1])],
        error: "ShapeError",
        message:
          "convTranspose2d weight: expected 2 sets of weights, one for each sample of image [2,3,4,4], received 1 ([1,3,5,1,1]). Write one set per sample, or drop the first axis to share one set by the batch.",
      },
      {
        args: () => [zeros([1, 3, 4, 4]), zeros([3, 5, 2, 2]), undefined, { outputPadding: 1 }],
        error: "ValueError",
        message:
          "convTranspose2d outputPadding: expected less than the stride [1,1], received [1,1]. More pixels would be zeros that no weight reaches: pad the result.",
      },
      {
        args: () => [zeros([1, 3, 1, 4]), zeros([3, 5, 2, 2]), undefined, { padding: 1 }],
        error: "ShapeError",
        message:
          "convTranspose2d padding: expected a result of at least 1x1, received 0x3 from an image of 1x4 with padding [1,1]. Cut off less.",
      },
      {
        args: () => [zeros([1, 3, 4, 4]), zeros([3, 5, 2, 2]), zeros([4])],
        error: "ShapeError",
        message:
          "convTranspose2d bias: expected [5] (shared by the batch) or [1,5] (one set per sample), received [4]",
      },
      {
        args: () => [zeros([1, 3, 4, 4]), zeros([3, 5, 2, 2]), undefined, { groups: 2 }],
        error: "ValueError",
        message: "convTranspose2d groups: expected a whole number that divides 3 input channels, received 2",
      },
    ],
  },
  conv1d: {
    samples: [
      {
        title: "the same length",
        inputs: [[2, 3, 5], [4, 3, 2], [4]],
        args: (x, w, b) => [x, w, b, { padding: "same" }],
        shape: [2, 4, 5],
      },
      {
        title: "one set per sample, everything at once",
        inputs: [
          [2, 4, 6],
          [2, 2, 2, 3],
          [2, 2],
        ],
        args: (x, w, b) => [
          x,
          w,
          b,
          { stride: 2, dilation: 2, groups: 2, padding: { left: 1, right: 2 }, paddingMode: "reflect" },
        ],
        shape: [2, 2, 3],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([3, 8]), zeros([4, 3, 1])],
        error: "ShapeError",
        message:
          "conv1d x: expected 3 axes [B,C,L], received [3,8]. B is the batch, C channels, L the length.",
      },
      {
        args: () => [zeros([1, 3, 8]), zeros([4, 3])],
        error: "ShapeError",
        message:
          "conv1d weight: expected [O,C/groups,k] (shared by the batch) or [B,O,C/groups,k] (one set per sample), received [4,3]. The rank says what is shared, so neither form drops an axis of size 1.",
      },
    ],
  },
};
