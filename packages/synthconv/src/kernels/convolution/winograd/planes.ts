/** Tiles, and the planes that they lie over. */

/** Rows of tiles, each `groups` times 4 tiles long. */
export interface TileGrid {
  readonly rows: number;
  readonly groups: number;
}

/** The part of a block's pixels that lies in the image, `top` and `left` pixels from the block's first. */
export interface Window {
  readonly rows: number;
  readonly columns: number;
  readonly top: number;
  readonly left: number;
}

/** Where planes lie: the address of the first, and bytes from one to the next. */
export interface PlanesAt {
  readonly at: number;
  readonly planeBytes: number;
}
