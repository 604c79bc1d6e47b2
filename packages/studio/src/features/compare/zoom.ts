/** Which part of a photo is seen: numbers alone. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Place {
  /** Pixels of the screen for one of the photo; undefined fits the photo in. */
  readonly zoom: number | undefined;
  /** Of the part that is seen, as shares of the photo. */
  readonly x: number;
  readonly y: number;
}

/** The part in pixels of the photo, and the picture that shows it. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly outWidth: number;
  readonly outHeight: number;
  readonly zoom: number;
}

export const FITTED: Place = { zoom: undefined, x: 0.5, y: 0.5 };
const MAX_ZOOM = 16;
const STEP = 1.25;

export function fitZoom(photo: Size, view: Size): number {
  return Math.min(1, view.width / photo.width, view.height / photo.height);
}

/** @param view in pixels of the screen. */
export function partOf(photo: Size, view: Size, place: Place): Part {
  const zoom = place.zoom ?? fitZoom(photo, view);
  const along = (length: number, room: number, share: number): [number, number] => {
    const seen = Math.min(length, Math.max(1, Math.round(room / zoom)));
    return [Math.round(Math.min(length - seen, Math.max(0, share * length - seen / 2))), seen];
  };
  const [x, width] = along(photo.width, view.width, place.x);
  const [y, height] = along(photo.height, view.height, place.y);
  // Enlarged pixels are enlarged by the page: their number stays.
  const scale = Math.min(1, zoom);
  const out = (length: number): number => Math.max(1, Math.round(length * scale));
  return { x, y, width, height, outWidth: out(width), outHeight: out(height), zoom };
}

/** @param by above 1 makes it larger; at the smallest it fits. */
export function zoomed(place: Place, photo: Size, view: Size, by: number): Place {
  const fit = fitZoom(photo, view);
  const zoom = Math.min(MAX_ZOOM, (place.zoom ?? fit) * by);
  return zoom <= fit ? FITTED : { ...place, zoom };
}

/** @param x, y in pixels of the screen, to the right and down. */
export function moved(place: Place, photo: Size, view: Size, x: number, y: number): Place {
  const { zoom } = partOf(photo, view, place);
  const share = (now: number, by: number, length: number, room: number): number => {
    const half = Math.min(0.5, room / zoom / length / 2);
    return Math.min(1 - half, Math.max(half, now + by / zoom / length));
  };
  return {
    ...place,
    x: share(place.x, x, photo.width, view.width),
    y: share(place.y, y, photo.height, view.height),
  };
}

/** What a key does; undefined for other keys. */
export function byKey(key: string, place: Place, photo: Size, view: Size): Place | undefined {
  const [across, down] = [view.width / 4, view.height / 4];
  if (key === "+" || key === "=") return zoomed(place, photo, view, STEP);
  if (key === "-") return zoomed(place, photo, view, 1 / STEP);
  if (key === "0") return FITTED;
  if (key === "1") return { ...place, zoom: 1 };
  if (key === "ArrowLeft") return moved(place, photo, view, -across, 0);
  if (key === "ArrowRight") return moved(place, photo, view, across, 0);
  if (key === "ArrowUp") return moved(place, photo, view, 0, -down);
  if (key === "ArrowDown") return moved(place, photo, view, 0, down);
  return undefined;
}
