/** The looks of the demo: two hand-written colour functions, and what lies between them. */

/** Encoded sRGB from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/** An old print in evening light: contrast and saturation go down, blacks are lifted, whites turn to cream. */
export function warmFade([red, green, blue]: Colour): Colour {
  const grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const fade = (value: number): number => 0.11 + 0.8 * (grey + 0.75 * (value - grey));
  return [clamp(fade(red) ** 0.86), clamp(fade(green) ** 0.98), clamp(0.86 * fade(blue))];
}

/** Slide film in the wrong bath: hard reds, blue shadows, greenish yellow lights. */
export function coolCross([red, green, blue]: Colour): Colour {
  return [clamp(steepen(red, 0.85) - 0.03), clamp(steepen(green, 0.55) + 0.02), clamp(0.2 + 0.6 * blue)];
}

/** The look at a position of the knob: 0 is the warm fade, 1 the cool cross-process. */
export function mixedLook(mix: number): (colour: Colour) => Colour {
  return (colour) => {
    const warm = warmFade(colour);
    const cool = coolCross(colour);
    const between = (channel: 0 | 1 | 2): number => (1 - mix) * warm[channel] + mix * cool[channel];
    return [between(0), between(1), between(2)];
  };
}

/** An S-shaped curve through 0, 1/2 and 1: `share` of the way from a straight line to smoothstep. */
function steepen(value: number, share: number): number {
  return value + share * (value * value * (3 - 2 * value) - value);
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
