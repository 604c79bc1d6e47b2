/** Texts about pairs: how their photos lie on each other, and what of the edit is not colour. */
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const codes = (value: number): string => `${value > 0 ? "+" : ""}${value.toFixed(0)} of 255`;
const pixels = (value: number): string => `${value.toFixed(1).replace("-0.0", "0.0")}`;

export const checkTexts = {
  title: "Check",
  nothing:
    "Pairs of photos, and charts, are checked as they come: whether they lie on each other, and whether the edit is colour.",
  checking: "Looking at the pair ...",
  pair: (before: string, after: string): string => `${before} → ${after}`,
  fits: "The two lie on each other.",
  aligned: (how: string): string => `The photo after lies on the photo before ${how}; the two were aligned.`,
  nearly: "nearly as it is",
  scale: (scale: number): string => `at ${percent(scale)} of the size`,
  shift: (x: number, y: number): string => `shifted by ${pixels(x)}, ${pixels(y)} pixels`,
  turn: (degrees: number): string => `turned by ${degrees.toFixed(2)} degrees`,
  lens: (bend: number): string => `bent by ${bend.toFixed(1)} % towards its corners`,
  part: (shown: number): string => `showing ${percent(shown)} of it`,
  isColour: "The edit is colour: equal colours became equal colours.",
  local: (share: number): string =>
    `${percent(share)} of the photo is left out, outlined on the map: there equal colours became others than elsewhere (a brush, a mask, a logo).`,
  unexplained: (share: number): string =>
    `${percent(share)} of the change depend on more than the colour before (a vignette, grain, sharpening, local contrast): no look has that. For a better look export the edit without.`,
  chart: (scale: number, turned: number, isMirrored: boolean, patches: number): string =>
    `The chart was found at ${percent(scale)} of its size, ${Math.abs(turned) < 0.1 ? "upright" : `turned by ${turned.toFixed(1)} degrees`}${isMirrored ? ", mirrored" : ""}, with ${patches.toLocaleString("en")} patches.`,
  chartMissing: (missing: number, all: number): string =>
    `${missing.toLocaleString("en")} of its ${all.toLocaleString("en")} colours were cropped away: what becomes of them is a guess. Export it again without a crop of more than its grey border.`,
  chartCropped: "It is cropped: a vignette or gradient is taken out, and not measured.",
  chartColour: "The edit is of colours alone.",
  chartParts: (parts: readonly string[]): string =>
    `Not of colours, and not in the look: ${parts.join(", ")}.`,
  chartFindings: {
    vignette: (value: number): string => `a vignette (a middle grey by ${codes(value)} in the corners)`,
    leftToRight: (value: number): string => `a gradient (${codes(value)} from left to right)`,
    topToBottom: (value: number): string => `a gradient (${codes(value)} from top to bottom)`,
    sharpening: (value: number): string => `sharpening (by ${percent(value)})`,
    localContrast: (value: number): string => `local contrast (by ${percent(value)})`,
    grain: (value: number): string => `grain (of ${value.toFixed(1)} of 255)`,
  },
  figures: "How far the edit is colour",
  all: "Not colour, share of the change",
  kinds: {
    local: "Of it in what is left out (a brush, a mask)",
    smooth: "Of it by the place (a vignette, a gradient)",
    fine: "Of it from pixel to pixel (grain, sharpening)",
  },
  outside: "The same without what is left out",
  leftOut: "Left out, share of the area",
  share: (share: number): string => percent(share),
  showMap: "Show the map over the photo",
  map: (label: string): string => `${label}: where the edit is not colour`,
  scaleOfMap: (top: number): string =>
    `Dark: a little off the best map of colours; bright: off by ${top} of 255 and more. Nothing is drawn where colour explains it.`,
} as const;
