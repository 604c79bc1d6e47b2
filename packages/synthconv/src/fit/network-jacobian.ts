/** What a pixel network makes of colours, and how that follows its weights: derivatives of every output by every weight. */
import { activationFunction, DEFAULT_NEGATIVE_SLOPE } from "../core/activations.js";
import type { LookSchema } from "../look/index.js";

/** Planes of n colours: every list of a unit's n values lies together, so that the innermost loops run over colours. */
export class NetworkJacobian {
  /** Weights and biases of the network, P. */
  readonly size: number;
  /** `[3,n]`, what the last `forward` made. */
  readonly output: Float32Array;
  /** `[P,3n]`: a row for each weight, the outputs of one channel together. Written by `differentiate`. */
  readonly rows: Float32Array;
  readonly #network: LookSchema["network"];
  readonly #colours: number;
  /** Where the weights of each layer start; its biases follow them. */
  readonly #starts: readonly number[];
  /** What enters each layer, `[I,n]`. */
  readonly #inputs: Float32Array[];
  /** The slope of the activation before each layer but the first, `[I,n]`. */
  readonly #slopes: Float32Array[];

  /** @param colours n, the same in every call. */
  constructor(network: LookSchema["network"], colours: number) {
    const { channels } = network;
    this.#network = network;
    this.#colours = colours;
    const starts: number[] = [];
    let size = 0;
    for (let layer = 0; layer + 1 < channels.length; layer++) {
      starts.push(size);
      size += (channels[layer + 1] as number) * ((channels[layer] as number) + 1);
    }
    this.#starts = starts;
    this.size = size;
    this.#inputs = channels.slice(0, -1).map((width) => new Float32Array(width * colours));
    this.#slopes = channels.slice(0, -1).map((width) => new Float32Array(width * colours));
    this.output = new Float32Array(3 * colours);
    this.rows = new Float32Array(size * 3 * colours);
  }

  /**
   * @param weights `[P]`, end to end as a look's generator writes them.
   * @param image `[3,n]`
   */
  forward(weights: Float64Array, image: Float32Array): void {
    const { channels, activation, residual } = this.#network;
    const { value, derivative } = activationFunction("refinement", activation);
    const n = this.#colours;
    const sums = new Float64Array(n);
    (this.#inputs[0] as Float32Array).set(image);
    const layers = channels.length - 1;
    for (let layer = 0; layer < layers; layer++) {
      const inputs = this.#inputs[layer] as Float32Array;
      const width = channels[layer] as number;
      const outputs = channels[layer + 1] as number;
      const start = this.#starts[layer] as number;
      const isLast = layer === layers - 1;
      for (let unit = 0; unit < outputs; unit++) {
        sums.fill(weights[start + outputs * width + unit] as number);
        for (let from = 0; from < width; from++) {
          const weight = weights[start + unit * width + from] as number;
          const line = from * n;
          for (let at = 0; at < n; at++)
            sums[at] = (sums[at] as number) + weight * (inputs[line + at] as number);
        }
        const line = unit * n;
        if (isLast) {
          for (let at = 0; at < n; at++) {
            this.output[line + at] = (sums[at] as number) + (residual ? (image[line + at] as number) : 0);
          }
          continue;
        }
        const next = this.#inputs[layer + 1] as Float32Array;
        const slopes = this.#slopes[layer + 1] as Float32Array;
        for (let at = 0; at < n; at++) next[line + at] = value(sums[at] as number, DEFAULT_NEGATIVE_SLOPE);
        // 1 / cosh^2 costs as much as tanh itself; a step of Gauss and Newton needs no last digit of it.
        if (activation === "tanh") {
          for (let at = 0; at < n; at++) slopes[line + at] = 1 - (next[line + at] as number) ** 2;
          continue;
        }
        for (let at = 0; at < n; at++)
          slopes[line + at] = derivative(sums[at] as number, DEFAULT_NEGATIVE_SLOPE);
      }
    }
  }

  /**
   * Writes `rows` for the colours of the last `forward`.
   *
   * @param weights those of that call.
   * @param scale `[3,n]`, a factor for each output: 0 where it is not to count.
   */
  differentiate(weights: Float64Array, scale: Float32Array): void {
    const { channels } = this.#network;
    const n = this.#colours;
    const last = channels.length - 2;
    // How each output follows what leaves a layer, [O,3n]; of the last layer each channel follows itself alone.
    let follows = new Float32Array(9 * n);
    for (let channel = 0; channel < 3; channel++) {
      follows.set(scale.subarray(channel * n, (channel + 1) * n), channel * 3 * n + channel * n);
    }
    for (let layer = last; layer >= 0; layer--) {
      this.#writeRows(layer, follows);
      if (layer > 0) follows = this.#backThrough(layer, weights, follows);
    }
  }

  #writeRows(layer: number, follows: Float32Array): void {
    const { channels } = this.#network;
    const n = this.#colours;
    const width = channels[layer] as number;
    const outputs = channels[layer + 1] as number;
    const inputs = this.#inputs[layer] as Float32Array;
    let to = (this.#starts[layer] as number) * 3 * n;
    for (let unit = 0; unit < outputs; unit++) {
      for (let from = 0; from < width; from++) {
        for (let channel = 0; channel < 3; channel++) {
          const line = (3 * unit + channel) * n;
          const own = from * n;
          for (let at = 0; at < n; at++) {
            this.rows[to + at] = (follows[line + at] as number) * (inputs[own + at] as number);
          }
          to += n;
        }
      }
    }
    this.rows.set(follows, to);
  }

  #backThrough(layer: number, weights: Float64Array, follows: Float32Array): Float32Array<ArrayBuffer> {
    const { channels } = this.#network;
    const n = this.#colours;
    const width = channels[layer] as number;
    const outputs = channels[layer + 1] as number;
    const start = this.#starts[layer] as number;
    const slopes = this.#slopes[layer] as Float32Array;
    const before = new Float32Array(width * 3 * n);
    const sums = new Float64Array(3 * n);
    for (let from = 0; from < width; from++) {
      sums.fill(0);
      for (let unit = 0; unit < outputs; unit++) {
        const weight = weights[start + unit * width + from] as number;
        const line = unit * 3 * n;
        for (let at = 0; at < 3 * n; at++)
          sums[at] = (sums[at] as number) + weight * (follows[line + at] as number);
      }
      for (let channel = 0; channel < 3; channel++) {
        const line = (3 * from + channel) * n;
        for (let at = 0; at < n; at++) {
          before[line + at] = (sums[channel * n + at] as number) * (slopes[from * n + at] as number);
        }
      }
    }
    return before;
  }
}
