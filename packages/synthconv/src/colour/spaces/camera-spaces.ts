/** Logarithms of cameras and of grading, with their gamuts. Mid grey is a light of 0.18. */
import { type Chromaticities, D65 } from "./chromaticities.js";
import { type ColourSpace, colourSpace } from "./colour-space.js";
import { logCurve, type TransferCurve } from "./curves.js";
import { AP1_PRIMARIES, BT2020_PRIMARIES } from "./display-spaces.js";

/** Canon Log 3 (Canon, "Canon Log Gamma Curves", 2018): two logarithms about a straight line; 0.9 is its diffuse white. */
const CANON_LOG_3: TransferCurve = {
  toLight: (code) => {
    if (code < 0.097465473) return (-0.9 * (10 ** ((0.12783901 - code) / 0.36726845) - 1)) / 14.98325;
    if (code <= 0.15277891) return (0.9 * (code - 0.12512219)) / 1.9754798;
    return (0.9 * (10 ** ((code - 0.12240537) / 0.36726845) - 1)) / 14.98325;
  },
  fromLight: (light) => {
    const x = light / 0.9;
    if (x < -0.014) return 0.12783901 - 0.36726845 * Math.log10(1 - 14.98325 * x);
    if (x <= 0.014) return 1.9754798 * x + 0.12512219;
    return 0.12240537 + 0.36726845 * Math.log10(14.98325 * x + 1);
  },
};

/** Canon Log 2, of the same paper. */
const CANON_LOG_2: TransferCurve = {
  toLight: (code) => {
    const size = 10 ** (Math.abs(code - 0.092864125) / 0.24136077) - 1;
    return (Math.sign(code - 0.092864125) * 0.9 * size) / 87.099375;
  },
  fromLight: (light) => {
    const code = 0.24136077 * Math.log10(1 + (87.099375 * Math.abs(light)) / 0.9);
    return 0.092864125 + Math.sign(light) * code;
  },
};

const APPLE = {
  least: -0.05641088,
  cut: 0.01,
  square: 47.28711236,
  b: 0.00964052,
  c: 0.08550479,
  d: 0.69336945,
};
const APPLE_CUT_CODE = APPLE.square * (APPLE.cut - APPLE.least) ** 2;

/** Apple Log Profile White Paper (2023): a parabola below a logarithm; darker than its vertex it has no code. */
const APPLE_LOG: TransferCurve = {
  toLight: (code) => {
    if (code >= APPLE_CUT_CODE) return 2 ** ((code - APPLE.d) / APPLE.c) - APPLE.b;
    return Math.sqrt(Math.max(0, code) / APPLE.square) + APPLE.least;
  },
  fromLight: (light) => {
    if (light >= APPLE.cut) return APPLE.c * Math.log2(light + APPLE.b) + APPLE.d;
    return APPLE.square * Math.max(0, light - APPLE.least) ** 2;
  },
};

/** S-Log3 (Sony, "Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3"). */
const S_LOG3 = logCurve({
  ...{ a: 1 / 0.19, b: 0.01 / 0.19, c: 261.5 / 1023, d: 420 / 1023 },
  ...{ cut: 0.01125, e: (171.2102946929 - 95) / 0.01125 / 1023, f: 95 / 1023 },
});

/** ARRI LogC4 (ARRI, "LogC4 Logarithmic Color Space Specification", 2022). */
const LOG_C4 = (() => {
  const a = (2 ** 18 - 16) / 117.45;
  const b = (1023 - 95) / 1023;
  const c = 95 / 1023;
  const s = (7 * Math.LN2 * 2 ** (7 - (14 * c) / b)) / (a * b);
  const t = (2 ** (14 * (-c / b) + 6) - 64) / a;
  return logCurve({ a, b: 64, c: b / 14 / Math.log10(2), d: c - (6 * b) / 14, cut: t, e: 1 / s, f: -t / s });
})();

const D65_WITH = (
  red: Chromaticities["red"],
  green: Chromaticities["green"],
  blue: Chromaticities["blue"],
): Chromaticities => ({ white: D65, red, green, blue });

const CINEMA_GAMUT = D65_WITH([0.74, 0.27], [0.17, 1.14], [0.08, -0.1]);

export const CAMERA_SPACES: readonly ColourSpace[] = [
  // Academy S-2016-001.
  colourSpace(
    "acescct",
    "ACEScct",
    AP1_PRIMARIES,
    logCurve({
      ...{ a: 1, b: 0, c: 1 / 17.52 / Math.log10(2), d: 9.72 / 17.52 },
      ...{ cut: 0.0078125, e: 10.5402377416545, f: 0.0729055341958355 },
    }),
  ),
  // ARRI, "ALEXA Log C Curve, Usage in VFX" (2017), EI 800, its constants before they are rounded.
  colourSpace(
    "arri-logc3",
    "ARRI LogC3 (EI 800), Wide Gamut 3",
    D65_WITH([0.684, 0.313], [0.221, 0.848], [0.0861, -0.102]),
    logCurve({
      ...{ a: 5.55555555555556, b: 0.0522722750251688, c: 0.247189638318671, d: 0.385536998692443 },
      ...{ cut: 0.0105909904954696, e: 5.36765500297548, f: 0.0928092380268217 },
    }),
  ),
  colourSpace(
    "arri-logc4",
    "ARRI LogC4, Wide Gamut 4",
    D65_WITH([0.7347, 0.2653], [0.1424, 0.8576], [0.0991, -0.0308]),
    LOG_C4,
  ),
  colourSpace(
    "sony-slog3",
    "Sony S-Log3, S-Gamut3.Cine",
    D65_WITH([0.766, 0.275], [0.225, 0.8], [0.089, -0.087]),
    S_LOG3,
  ),
  colourSpace(
    "sony-slog3-sgamut3",
    "Sony S-Log3, S-Gamut3",
    D65_WITH([0.73, 0.28], [0.14, 0.855], [0.1, -0.05]),
    S_LOG3,
  ),
  // Panasonic, "V-Log/V-Gamut Reference Manual" (2014).
  colourSpace(
    "panasonic-vlog",
    "Panasonic V-Log, V-Gamut",
    D65_WITH([0.73, 0.28], [0.165, 0.84], [0.1, -0.03]),
    logCurve({ a: 1, b: 0.00873, c: 0.241514, d: 0.598206, cut: 0.01, e: 5.6, f: 0.125 }),
  ),
  colourSpace("canon-log2", "Canon Log 2, Cinema Gamut", CINEMA_GAMUT, CANON_LOG_2),
  colourSpace("canon-log3", "Canon Log 3, Cinema Gamut", CINEMA_GAMUT, CANON_LOG_3),
  // RED, "White Paper on REDWideGamutRGB and Log3G10" (2017).
  colourSpace(
    "red-log3g10",
    "RED Log3G10, REDWideGamutRGB",
    D65_WITH([0.780308, 0.304253], [0.121595, 1.493994], [0.095612, -0.084589]),
    logCurve({
      ...{ a: 155.975327, b: 155.975327 * 0.01 + 1, c: 0.224282, d: 0 },
      ...{ cut: -0.01, e: 15.1927, f: 0.151927 },
    }),
  ),
  // Blackmagic Design, "DaVinci Resolve 17 Wide Gamut Intermediate" (2021).
  colourSpace(
    "davinci-intermediate",
    "DaVinci Intermediate, Wide Gamut",
    D65_WITH([0.8, 0.313], [0.1682, 0.9877], [0.079, -0.1155]),
    logCurve({
      ...{ a: 1, b: 0.0075, c: 0.07329248 / Math.log10(2), d: 7 * 0.07329248 },
      ...{ cut: 0.00262409, e: 10.44426855, f: 0 },
    }),
  ),
  colourSpace("apple-log", "Apple Log, primaries of Rec. 2020", BT2020_PRIMARIES, APPLE_LOG),
];
