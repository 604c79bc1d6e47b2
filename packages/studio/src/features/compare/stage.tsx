import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { PixelNetwork } from "synthconv/look";
import { Preview } from "../../preview/index.js";
import { worker } from "../../services/index.js";
import { lookTexts as texts } from "../../texts/index.js";
import { PictureCanvas } from "../picture-canvas.js";
import { drawnBy, holding, mode, overlay, split } from "./choices.js";
import { useGestures } from "./gestures.js";
import { before, examination, photo, place, shownLook, view } from "./seen.js";
import { byKey } from "./zoom.js";

/** The photo before and after, one over the other or side by side. */
export function Stage(): JSX.Element {
  const room = useRef<HTMLElement>(null);
  const after = useRef<HTMLDivElement>(null);
  useMeasured(room);
  usePreview(after);
  useGestures(room);
  const shown = before.value;
  const isSides = mode.value === "sides";
  const seen = examination.value;
  const over = overlay.value === "heat" ? seen?.heat : overlay.value === "marks" ? seen?.marks : undefined;
  const style = shown === undefined ? {} : sizeOf(shown.part);
  // Left of the split is before; held, all of it is.
  const clip = holding.value
    ? "none"
    : mode.value === "split"
      ? `inset(0 ${100 - split.value}% 0 0)`
      : "inset(0 100% 0 0)";
  return (
    <section
      ref={room}
      class={`stage-photo ${isSides ? "sides" : "over"}`}
      aria-label={texts.compare.photo}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys zoom and move what is seen
      tabIndex={0}
      onKeyDown={onKey}
    >
      <div class="after" ref={after} style={style} />
      {over !== undefined && !holding.value && <PictureCanvas picture={over} class="layer" style={style} />}
      {shown !== undefined && (
        <PictureCanvas
          picture={shown.picture}
          class={isSides ? "" : "layer"}
          style={isSides ? style : { ...style, clipPath: clip }}
        />
      )}
    </section>
  );
}

/** In pixels of the page; enlarged pixels stay squares. */
export function sizeOf({ outWidth, outHeight, zoom }: { outWidth: number; outHeight: number; zoom: number }) {
  const scale = Math.max(1, zoom) / devicePixelRatio;
  return {
    width: `${outWidth * scale}px`,
    height: `${outHeight * scale}px`,
    imageRendering: zoom > 1 ? "pixelated" : "auto",
  } as const;
}

function onKey(event: KeyboardEvent): void {
  if (photo.value === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = byKey(event.key, place.value, photo.value, view.value);
  if (next === undefined) return;
  event.preventDefault();
  place.value = next;
}

/** Keeps the room for the photo known, in pixels of the screen. */
function useMeasured(ref: { readonly current: HTMLElement | null }): void {
  const isSides = mode.value === "sides";
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => {
      const { width } = element.getBoundingClientRect();
      const room = isSides ? (width - 8) / 2 : width;
      const height = Math.min(innerHeight * 0.72, width * 0.75);
      view.value = {
        width: Math.floor(room * devicePixelRatio),
        height: Math.floor(height * devicePixelRatio),
      };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [isSides]);
}

function usePreview(ref: { readonly current: HTMLElement | null }): void {
  const preview = useRef<Preview | undefined>(undefined);
  useEffect(() => {
    if (ref.current === null) return;
    const one = new Preview(ref.current, { software: false }, (name, lost) => {
      drawnBy.value = lost === undefined ? texts.compare.renderer(name) : texts.compare.lost(name, lost);
    });
    preview.current = one;
    return () => void one.close();
  }, []);
  // At once, as a knob moves: a hook's effect of a signal waits for the next frame.
  useEffect(
    () =>
      effect(() => {
        const [shown, look] = [before.value, shownLook.value];
        if (shown === undefined || look === undefined) return;
        const { picture, crop } = shown;
        const { strength } = look;
        const network = (): Promise<PixelNetwork> => worker.ask("network", look);
        const painted = async () => (await worker.ask("paint", { crop, look })).pixels;
        void preview.current?.show(picture, { strength, network, painted }).catch(() => undefined);
      }),
    [],
  );
}
