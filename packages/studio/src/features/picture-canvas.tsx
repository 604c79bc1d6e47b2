import type { CSSProperties, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Picture } from "../protocol/index.js";

/** A picture as a canvas of its own size; what it shows is said by what it stands in. */
export function PictureCanvas(given: {
  readonly picture: Picture;
  readonly class?: string;
  readonly style?: CSSProperties;
}): JSX.Element {
  const { picture } = given;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null) return;
    const { width, height, pixels } = picture;
    Object.assign(canvas.current, { width, height });
    canvas.current.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [picture]);
  return <canvas ref={canvas} class={given.class} style={given.style} />;
}
