/**
 * The looks that the demo's network learns to imitate: two gradings, written by hand as a colourist would set
 * them, and a knob between the two. Nothing of this reaches the network but colours before and after.
 */

/** Red, green, blue. */
type Triple = readonly [number, number, number];

/** What a colourist's sliders would be set to; encoded sRGB throughout. */
export interface Grade {
  /** How much S-curve each channel gets: above 0 more contrast, below 0 less; -1 to 1. */
  readonly contrast: Triple;
  /** Added where it is dark. */
  readonly shadows: Triple;
  /** Added where it is light. */
  readonly highlights: Triple;
  /** How far greens lean towards yellow, as a share of how green they are. */
  readonly greensToYellow: number;
  /** 1 leaves colours as vivid as they are. */
  readonly saturation: number;
  /** What black and white become. */
  readonly black: Triple;
  readonly white: Triple;
}

/** Film developed in the wrong chemicals: hard contrast in red and green, teal shadows, a thin blue. */
export const COOL_CROSS_PROCESS: Grade = {
  contrast: [0.75, 0.5, -0.45],
  shadows: [-0.06, 0.03, 0.12],
  highlights: [-0.06, 0.05, 0.02],
  greensToYellow: -0.25,
  saturation: 1.05,
  black: [0, 0.02, 0.06],
  white: [0.97, 1, 0.97],
};

/** A print left in the sun: lifted blacks, soft contrast, warm highlights, greens gone to straw. */
export const WARM_FADE: Grade = {
  contrast: [-0.1, -0.2, -0.35],
  shadows: [0.05, 0.01, 0.03],
  highlights: [0.11, 0.04, -0.13],
  greensToYellow: 0.8,
  saturation: 0.72,
  black: [0.13, 0.1, 0.11],
  white: [1, 0.96, 0.84],
};

/** The grade on the way from one (share 0) to the other (share 1): its sliders move, not its pictures. */
export function gradeBetween(from: Grade, to: Grade, share: number): Grade {
  const between = (a: number, b: number): number => a + share * (b - a);
  const triple = ([a, b, c]: Triple, [x, y, z]: Triple): Triple => [
    between(a, x),
    between(b, y),
    between(c, z),
  ];
  return {
    contrast: triple(from.contrast, to.contrast),
    shadows: triple(from.shadows, to.shadows),
    highlights: triple(from.highlights, to.highlights),
    greensToYellow: between(from.greensToYellow, to.greensToYellow),
    saturation: between(from.saturation, to.saturation),
    black: triple(from.black, to.black),
    white: triple(from.white, to.white),
  };
}

/**
 * Grades colours.
 *
 * @param colours encoded sRGB, planar `[3,N]`, 0 to 1.
 * @returns as many, clamped to 0 to 1.
 */
export function applyGrade(grade: Grade, colours: Float32Array): Float32Array {
  const count = colours.length / 3;
  const graded = new Float32Array(colours.length);
  for (let i = 0; i < count; i++) {
    const colour = [colours[i], colours[count + i], colours[2 * count + i]] as unknown as Triple;
    const [red, green, blue] = gradeColour(grade, colour);
    graded[i] = red;
    graded[count + i] = green;
    graded[2 * count + i] = blue;
  }
  return graded;
}

function gradeColour(grade: Grade, [red, green, blue]: Triple): Triple {
  const { contrast, shadows, highlights, greensToYellow, saturation, black, white } = grade;
  const light = lightness(red, green, blue);
  const dark = (1 - light) ** 2;
  const bright = light ** 2;
  // Greens alone: yellows and cyans have as much of another channel.
  const greenness = Math.max(0, green - Math.max(red, blue));
  const turned: Triple = [red + greensToYellow * greenness, green - 0.3 * greensToYellow * greenness, blue];
  const toned = turned.map(
    (value, channel) =>
      curve(value, contrast[channel] as number) +
      dark * (shadows[channel] as number) +
      bright * (highlights[channel] as number),
  ) as unknown as Triple;
  const grey = lightness(...toned);
  return toned.map((value, channel) => {
    const vivid = grey + saturation * (value - grey);
    const low = black[channel] as number;
    return Math.min(Math.max(low + vivid * ((white[channel] as number) - low), 0), 1);
  }) as unknown as Triple;
}

/** An S through 0, 1/2 and 1 whose slope at 1/2 is 1 + strength. */
function curve(value: number, strength: number): number {
  return value - (strength * Math.sin(2 * Math.PI * value)) / (2 * Math.PI);
}

/** Luma of encoded sRGB (ITU-R BT.709, item 3.2). */
function lightness(red: number, green: number, blue: number): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
