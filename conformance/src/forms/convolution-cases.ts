/** The convolutions of dense.ts. */
import type { Conv2dOptions } from "../../../packages/synthconv/dist/ops/index.js";

export interface Convolution {
  readonly title: string;
  readonly image: readonly number[];
  readonly weight: readonly number[];
  readonly bias?: readonly number[];
  readonly options?: Conv2dOptions;
  /** Takes the place of one number of the image. */
  readonly spoiltBy?: number;
  /** Large enough for threads to share it. */
  readonly isShared?: boolean;
}

export const shared: readonly Convolution[] = [
  { title: "1x1", image: [2, 5, 13, 11], weight: [7, 5, 1, 1], bias: [7] },
  { title: "1x1 with a stride", image: [2, 9, 24, 23], weight: [6, 9, 1, 1], options: { stride: [2, 3] } },
  { title: "3x3", image: [2, 4, 17, 19], weight: [9, 4, 3, 3], bias: [9], options: { padding: 1 } },
  { title: "3x3 without padding", image: [1, 4, 17, 19], weight: [3, 4, 3, 3] },
  {
    title: "3x3 of many channels",
    image: [2, 16, 37, 42],
    weight: [21, 16, 3, 3],
    bias: [21],
    options: { padding: [0, 2] },
    isShared: true,
  },
  { title: "3x3 below what pays", image: [1, 2, 4, 3], weight: [2, 2, 3, 3], options: { padding: 1 } },
  ...[Number.NaN, Number.POSITIVE_INFINITY].map((spoiltBy) => ({
    title: `3x3 of an image with ${spoiltBy}`,
    image: [2, 4, 17, 19],
    weight: [9, 4, 3, 3],
    options: { padding: 1 },
    spoiltBy,
  })),
  {
    title: "3x3 of many channels with Infinity",
    image: [1, 16, 37, 42],
    weight: [21, 16, 3, 3],
    options: { padding: 1 },
    spoiltBy: Number.POSITIVE_INFINITY,
  },
  { title: "no samples", image: [0, 4, 17, 19], weight: [9, 4, 3, 3], bias: [9] },
  {
    title: "a stride over a remainder",
    image: [2, 4, 30, 31],
    weight: [6, 4, 3, 3],
    options: { stride: [3, 2], padding: 1 },
  },
  {
    title: "a stride beyond the kernel",
    image: [1, 8, 32, 33],
    weight: [9, 8, 2, 1],
    options: { stride: 3 },
  },
  {
    title: "dilation with a stride",
    image: [1, 4, 31, 29],
    weight: [5, 4, 3, 4],
    options: { dilation: [2, 3], stride: 2, padding: [4, 1] },
  },
  {
    title: "padding beyond the kernel",
    image: [1, 4, 9, 10],
    weight: [5, 4, 2, 3],
    options: { padding: [4, 5] },
  },
  {
    title: "groups",
    image: [2, 12, 14, 15],
    weight: [9, 4, 3, 3],
    bias: [9],
    options: { groups: 3, padding: 1 },
  },
  {
    title: "several tiles of rows",
    image: [1, 3, 300, 310],
    weight: [2, 3, 3, 3],
    options: { padding: 1 },
    isShared: true,
  },
  {
    title: "several tiles of columns",
    image: [1, 1, 3, 270_000],
    weight: [1, 1, 3, 3],
    options: { padding: 1 },
  },
  {
    title: "several chunks of channels",
    image: [1, 700, 5, 6],
    weight: [3, 700, 3, 3],
    options: { padding: 1 },
  },
  { title: "several chunks and tiles of outputs", image: [1, 65, 9, 8], weight: [257, 65, 8, 8] },
  {
    title: "several tiles of outputs",
    image: [1, 2, 5, 6],
    weight: [515, 2, 3, 3],
    bias: [515],
    options: { padding: 1 },
  },
];

export const perSample: readonly Convolution[] = [
  { title: "1x1", image: [3, 5, 13, 11], weight: [3, 7, 5, 1, 1], bias: [3, 7] },
  { title: "3x3", image: [2, 4, 17, 19], weight: [2, 9, 4, 3, 3], bias: [2, 9], options: { padding: 1 } },
  {
    title: "more slices than samples",
    image: [2, 8, 60, 61],
    weight: [2, 12, 8, 3, 3],
    bias: [2, 12],
    options: { padding: 1 },
    isShared: true,
  },
  {
    title: "3x3 of many channels, in groups",
    image: [3, 16, 18, 31],
    weight: [3, 24, 8, 3, 3],
    bias: [24],
    options: { groups: 2, padding: 1 },
  },
  { title: "5x3", image: [2, 3, 20, 9], weight: [2, 5, 3, 5, 3], options: { padding: [2, 1] } },
  {
    title: "depthwise",
    image: [2, 3, 40, 30],
    weight: [2, 3, 1, 3, 3],
    options: { groups: 3, padding: 1 },
  },
  {
    title: "groups, stride and dilation",
    image: [3, 6, 21, 18],
    weight: [3, 4, 3, 2, 3],
    bias: [4],
    options: { groups: 2, stride: 2, dilation: [1, 2], padding: [0, 2] },
  },
];
