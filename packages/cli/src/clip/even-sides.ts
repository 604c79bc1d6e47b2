/** The last column and row once more where they would be half a pair, which zscale does not take. */
import type { PixelFormat } from "./pixel-formats.js";

/** Width and height of frames, and as they are worked on, which may be one pixel more. */
export interface FrameSizes {
  readonly width: number;
  readonly height: number;
  readonly worked: readonly [width: number, height: number];
}

/** @param format of planes; the filter ends with a comma, and is nothing where all sides are even. */
export function evenSides(format: PixelFormat, { width, height, worked }: FrameSizes): string {
  const [right, bottom] = [worked[0] - width, worked[1] - height];
  if (right === 0 && bottom === 0) return "";
  const pad = `pad=w=iw+${right}:h=ih+${bottom},fillborders=right=${right}:bottom=${bottom}:mode=smear`;
  if (format.isRgb || format.chroma[0] + format.chroma[1] === 0) return `${pad},`;
  // Of planes of several sizes `pad` takes whole pairs alone and leaves the last column black: the large ones go apart.
  return format.hasAlpha
    ? `extractplanes=y+u+v+a[y][u][v][a];[y]${pad}[y2];[a]${pad}[a2];[y2][u][v][a2]mergeplanes=0x00102030:${format.name},`
    : `extractplanes=y+u+v[y][u][v];[y]${pad}[y2];[y2][u][v]mergeplanes=0x001020:${format.name},`;
}
