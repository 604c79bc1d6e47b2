/** Distances in the kernel's memory (AssemblyScript). */

export const WEIGHT_BLOCK_BYTES: usize = 32;
export const SUM_BLOCK_BYTES: usize = 128;
// Between the planes of a chunk, and of a plane of a tile (README.md has the reasons).
export const PLANE_BYTES: usize = 8192 * 4 + 64;
export const TILE_BYTES: usize = 64 * 4;
// After as many pixels of a chunk the sums are gathered.
export const PART_BYTES: usize = 2048 * 4;
