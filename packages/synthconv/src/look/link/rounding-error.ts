/** What rounding the numbers of a look does to its colours. */
import { ColourComparison, type ErrorStatistics, identityCube } from "../../colour/index.js";
import { applyNetwork } from "../apply.js";
import type { Settings } from "../condition.js";
import type { Look } from "../look.js";
import { synthesize } from "../synthesize.js";

/** Of settings, so that a look of a thousand styles is measured within a second. */
const MAX_SETTINGS = 32;
const TOP = 65_535;

interface Setting {
  readonly settings: Settings;
  readonly style: string | undefined;
}

/**
 * @param size colours per axis: 17 tell the mean of a cube of 48 to some per cent, 9 to a tenth.
 * @returns a function that gives the CIEDE2000 of another look of the same schema at its worst setting, undefined where
 *   its mean is above `atMost` somewhere.
 */
export function roundingError(
  look: Look,
  size: number,
): (other: Look, atMost: number) => ErrorStatistics | undefined {
  const settings = settingsOf(look);
  const own = settings.map((setting) => colours(look, setting, size));
  return (other, atMost) => {
    let worst: ErrorStatistics = { mean: 0, p95: 0, max: 0 };
    for (const [at, setting] of settings.entries()) {
      const comparison = new ColourComparison();
      comparison.add(own[at] as Float32Array, colours(other, setting, size));
      const { deltaE2000 } = comparison.result();
      if (deltaE2000.mean > atMost) return undefined;
      if (deltaE2000.mean >= worst.mean) worst = deltaE2000;
    }
    return worst;
  };
}

/** The defaults, each knob at its ends, each style. */
function settingsOf({ schema: { condition, styles = [] } }: Look): Setting[] {
  const ends = condition.flatMap(({ name, minimum, maximum }) =>
    [minimum, maximum].map((value) => ({ settings: { [name]: value }, style: undefined })),
  );
  const others = styles.slice(1).map(({ name }) => ({ settings: {}, style: name }));
  return [{ settings: {}, style: undefined }, ...ends, ...others].slice(0, MAX_SETTINGS);
}

/** In whole numbers of 16 bits: within the range that is shown, and without the NaN of a network that overflows. */
function colours(look: Look, { settings, style }: Setting, size: number): Float32Array {
  const pixels = Uint16Array.from(identityCube(size).table, (value) => Math.round(TOP * value));
  applyNetwork(synthesize(look, settings, style), pixels, { channels: 3 });
  return Float32Array.from(pixels, (value) => value / TOP);
}
