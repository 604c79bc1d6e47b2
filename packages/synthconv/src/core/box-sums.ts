/** Means over rectangles of a plane, whatever their size, by a table of sums (Crow, SIGGRAPH 1984). */
export class BoxSums {
  readonly #sums: Float64Array;
  readonly #width: number;
  readonly #height: number;

  /** @param plane `[height,width]` */
  constructor(plane: Float32Array, width: number, height: number) {
    const stride = width + 1;
    const sums = new Float64Array(stride * (height + 1));
    for (let y = 0; y < height; y++) {
      let row = 0;
      for (let x = 0; x < width; x++) {
        row += plane[y * width + x] as number;
        sums[(y + 1) * stride + x + 1] = (sums[y * stride + x + 1] as number) + row;
      }
    }
    this.#sums = sums;
    this.#width = width;
    this.#height = height;
  }

  /** Over the columns and rows from `left` and `top` to before `right` and `bottom`, as far as they are there. */
  mean(left: number, top: number, right: number, bottom: number): number {
    const [x0, x1] = [Math.max(0, left), Math.min(this.#width, right)];
    const [y0, y1] = [Math.max(0, top), Math.min(this.#height, bottom)];
    const at = (x: number, y: number): number => this.#sums[y * (this.#width + 1) + x] as number;
    return (at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0)) / ((x1 - x0) * (y1 - y0));
  }

  /** Of every pixel over the square of `2 radius + 1` around it, `[height,width]`. */
  around(radius: number): Float32Array {
    const means = new Float32Array(this.#width * this.#height);
    for (let y = 0, pixel = 0; y < this.#height; y++) {
      for (let x = 0; x < this.#width; x++, pixel++) {
        means[pixel] = this.mean(x - radius, y - radius, x + radius + 1, y + radius + 1);
      }
    }
    return means;
  }
}
