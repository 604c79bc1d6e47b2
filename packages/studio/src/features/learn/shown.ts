/**
 * What the charts show, by itself: a training tells some ten things a second, and a chart is drawn anew only when what it
 * shows is another one.
 */
import { computed } from "@preact/signals";
import { stylesOf } from "../../protocol/index.js";
import { session } from "../../services/index.js";

export const phase = computed(() => session.learned.value.phase);
export const fault = computed(() => session.learned.value.fault);
export const diagnosis = computed(() => session.learned.value.diagnosis);
export const losses = computed(() => session.learned.value.charts.losses);
export const ridges = computed(() => session.learned.value.charts.ridges);
export const settings = computed(() => session.state.value.settings);
export const knobs = computed(() => session.state.value.knobs);
/** Of the look, as text; a network that is cut on purpose has none. */
export const styles = computed(() => {
  const { sources, knobs, settings } = session.state.value;
  return settings.broken ? "" : [...new Set(stylesOf(sources, knobs))].join(", ");
});
export const hasSources = computed(() => session.state.value.sources.length > 0);
export const hasLook = computed(() => session.state.value.look !== undefined);
