/** A lattice of colours, read between its nodes in the two ways of other colour engines. */

/** Three channels to three; the first varies slowest. */
export interface Lattice {
  /** Nodes along each channel, 2 at least. */
  readonly size: readonly [number, number, number];
  /** `[size[0], size[1], size[2], 3]`, 0..1. */
  readonly nodes: Float32Array;
}

/**
 * Colours by the tetrahedra between six corners of each cell, in place: exact along the diagonal, where the greys of RGB lie.
 *
 * @param colours planar `[3, N]`; beyond 0..1 the lattice's ends hold.
 */
export function readByTetrahedra({ size, nodes }: Lattice, colours: Float32Array): void {
  const count = colours.length / 3;
  const [first, second, third] = size;
  const steps = [3 * second * third, 3 * third, 3] as const;
  for (let pixel = 0; pixel < count; pixel++) {
    const x = place(colours[pixel] as number, first);
    const y = place(colours[count + pixel] as number, second);
    const z = place(colours[2 * count + pixel] as number, third);
    const [i, j, k] = [cell(x, first), cell(y, second), cell(z, third)];
    const [fx, fy, fz] = [x - i, y - j, z - k];
    const low = i * steps[0] + j * steps[1] + k * steps[2];
    const high = low + steps[0] + steps[1] + steps[2];
    // From the low corner along the largest fraction, then along the second, then to the high corner.
    const along = fx >= fy ? (fx >= fz ? 0 : 2) : fy >= fz ? 1 : 2;
    const last = fx < fy ? (fx < fz ? 0 : 2) : fy < fz ? 1 : 2;
    const one = low + steps[along];
    const two = high - steps[last];
    const most = Math.max(fx, fy, fz);
    const least = Math.min(fx, fy, fz);
    const middle = fx + fy + fz - most - least;
    for (let channel = 0; channel < 3; channel++) {
      const a = nodes[low + channel] as number;
      const b = nodes[one + channel] as number;
      const c = nodes[two + channel] as number;
      const d = nodes[high + channel] as number;
      colours[channel * count + pixel] = a + most * (b - a) + middle * (c - b) + least * (d - c);
    }
  }
}

/**
 * Colours by all eight corners of each cell, in place: where the greys lie along an axis, as in Lab.
 *
 * @param colours planar `[3, N]`; beyond 0..1 the lattice's ends hold.
 */
export function readByCorners({ size, nodes }: Lattice, colours: Float32Array): void {
  const count = colours.length / 3;
  const [first, second, third] = size;
  const [right, up, on] = [3 * second * third, 3 * third, 3];
  for (let pixel = 0; pixel < count; pixel++) {
    const x = place(colours[pixel] as number, first);
    const y = place(colours[count + pixel] as number, second);
    const z = place(colours[2 * count + pixel] as number, third);
    const [i, j, k] = [cell(x, first), cell(y, second), cell(z, third)];
    const [fx, fy, fz] = [x - i, y - j, z - k];
    let at = i * right + j * up + k * on;
    for (let channel = 0; channel < 3; channel++, at++) {
      const near = between(nodes, at, up, on, fy, fz);
      colours[channel * count + pixel] = near + fx * (between(nodes, at + right, up, on, fy, fz) - near);
    }
  }
}

/** Within the face of a cell that begins at `at`. */
function between(nodes: Float32Array, at: number, up: number, on: number, fy: number, fz: number): number {
  const one = nodes[at] as number;
  const low = one + fz * ((nodes[at + on] as number) - one);
  const two = nodes[at + up] as number;
  return low + fy * (two + fz * ((nodes[at + up + on] as number) - two) - low);
}

function place(value: number, size: number): number {
  return (value > 0 ? Math.min(1, value) : 0) * (size - 1);
}

function cell(position: number, size: number): number {
  return Math.min(size - 2, Math.trunc(position));
}
