/** Wheel, drag and pinch on the photo. */
import { useEffect } from "preact/hooks";
import { photo, place, view } from "./seen.js";
import { moved, zoomed } from "./zoom.js";

/** Of a wheel's notch, some 100 units: a quarter more. */
const WHEEL_RATE = 0.0022;

export function useGestures(ref: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const held = new Map<number, PointerEvent>();
    const onWheel = (event: WheelEvent): void => {
      // Alone it scrolls the page; with Ctrl, as a pinch on a touchpad sends it, or where the photo has the focus, it zooms.
      if (!event.ctrlKey && document.activeElement !== element) return;
      event.preventDefault();
      zoomBy(Math.exp(-WHEEL_RATE * event.deltaY * (event.ctrlKey ? 4 : 1)));
    };
    const onDown = (event: PointerEvent): void => {
      held.set(event.pointerId, event);
      element.setPointerCapture(event.pointerId);
    };
    const onMove = (event: PointerEvent): void => {
      const last = held.get(event.pointerId);
      if (last === undefined) return;
      const other = [...held.values()].find(({ pointerId }) => pointerId !== event.pointerId);
      held.set(event.pointerId, event);
      if (other !== undefined) zoomBy(distance(event, other) / Math.max(1, distance(last, other)));
      moveBy(last.clientX - event.clientX, last.clientY - event.clientY);
    };
    const onUp = (event: PointerEvent): void => void held.delete(event.pointerId);
    element.addEventListener("wheel", onWheel, { passive: false });
    element.addEventListener("pointerdown", onDown);
    element.addEventListener("pointermove", onMove);
    for (const end of ["pointerup", "pointercancel"] as const) element.addEventListener(end, onUp);
    return () => {
      element.removeEventListener("wheel", onWheel);
      element.removeEventListener("pointerdown", onDown);
      element.removeEventListener("pointermove", onMove);
      for (const end of ["pointerup", "pointercancel"] as const) element.removeEventListener(end, onUp);
    };
  }, []);
}

export function zoomBy(factor: number): void {
  if (photo.value !== undefined) place.value = zoomed(place.value, photo.value, view.value, factor);
}

function moveBy(x: number, y: number): void {
  if (photo.value === undefined || place.value.zoom === undefined) return;
  place.value = moved(place.value, photo.value, view.value, x * devicePixelRatio, y * devicePixelRatio);
}

function distance(one: PointerEvent, other: PointerEvent): number {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}
