import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { training } from "../../services/index.js";
import { texts } from "../../texts/index.js";

export function Photo(): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = training.picture.value;
  useEffect(() => {
    if (canvas.current === null || picture === undefined) return;
    const { width, height, pixels } = picture;
    // To set a size empties the canvas, also where it stays the same.
    if (canvas.current.width !== width) canvas.current.width = width;
    if (canvas.current.height !== height) canvas.current.height = height;
    canvas.current.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [picture]);
  return (
    <figure class="photo">
      <canvas ref={canvas} role="img" aria-label={texts.learn.photo} width="3" height="2" />
      <figcaption>{texts.learn.photoCaption}</figcaption>
    </figure>
  );
}
