/** Three scenes that the studio draws by itself, so that it ships no photo: each gives the colour of a place. */
import { hash, mix, noise, type Rgb, roughness, scaled, smooth } from "./colour.js";

/** @param x from 0 at the left to 1.5 at the right. @param y from 0 at the top to 1 at the bottom. */
export type Scene = (x: number, y: number) => Rgb;

/** A coast in the evening: sky, hills, water that mirrors them, sand. */
export const coast: Scene = (x, y) => {
  const horizon = 0.46;
  if (y < horizon) return skyOf(x, y / horizon);
  const shore = 0.78 + 0.05 * Math.sin(2.2 * x + 1) + 0.01 * noise(22 * x, 0);
  if (y < shore) {
    const depth = (y - horizon) / (shore - horizon);
    const wave = roughness(6 * x + 3 * noise(30 * y, 2), (60 * (y - horizon)) / (0.25 + depth));
    const mirrored = skyOf(x, 1 - 0.7 * depth);
    const water = mix(scaled(mirrored, 0.72), [0.05, 0.2, 0.27], 0.35 + 0.5 * depth);
    const glitter = smooth(0.62, 0.9, wave) * Math.exp(-9 * (x - 0.95) ** 2);
    return mix(scaled(water, 0.8 + 0.4 * wave), [1, 0.86, 0.6], 0.85 * glitter);
  }
  const foam = smooth(0.018, 0, y - shore) * smooth(0.35, 0.6, noise(40 * x, 30 * y));
  const grain = 0.86 + 0.16 * roughness(70 * x, 90 * y) + 0.12 * hash(900 * x, 900 * y);
  const sand = scaled(mix([0.44, 0.35, 0.27], [0.8, 0.66, 0.5], smooth(0.75, 1, y)), grain);
  return mix(sand, [0.95, 0.95, 0.93], foam);
};

function skyOf(x: number, height: number): Rgb {
  const sky = mix([0.24, 0.42, 0.68], [0.97, 0.72, 0.5], height ** 1.6);
  const glow = Math.exp(-7 * ((x - 0.95) ** 2 + (1.4 * (height - 0.92)) ** 2));
  const cloud = smooth(0.5, 0.78, roughness(3 * x, 7 * height)) * (1 - 0.6 * height);
  const lit = mix(mix(sky, [1, 0.93, 0.75], 0.9 * glow), [0.97, 0.9, 0.88], 0.7 * cloud);
  const ridge = 0.84 + 0.1 * Math.sin(3.1 * x + 0.4) * Math.sin(1.3 * x) + 0.04 * noise(14 * x, 5);
  const hill = mix([0.2, 0.26, 0.36], [0.5, 0.42, 0.43], x / 1.5);
  return mix(lit, hill, height > ridge ? 1 : smooth(0.012, 0, ridge - height));
}

interface Ball {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: Rgb;
}

const BALLS: readonly Ball[] = [
  { x: 0.42, y: 0.6, radius: 0.2, colour: [0.95, 0.5, 0.08] },
  { x: 0.8, y: 0.66, radius: 0.16, colour: [0.45, 0.62, 0.12] },
  { x: 1.1, y: 0.6, radius: 0.19, colour: [0.72, 0.08, 0.12] },
  { x: 0.66, y: 0.79, radius: 0.11, colour: [0.32, 0.12, 0.38] },
  { x: 1.27, y: 0.8, radius: 0.1, colour: [0.93, 0.8, 0.2] },
];

/** Fruit on a table, lit from the left. */
export const fruit: Scene = (x, y) => {
  const grain = 0.9 + 0.2 * roughness(5 * x + 2 * noise(3 * y, 1), 55 * y);
  const wall = scaled([0.5, 0.56, 0.58], 0.72 + 0.5 * Math.exp(-2.4 * ((x - 0.3) ** 2 + (y - 0.2) ** 2)));
  let colour = mix(wall, scaled([0.52, 0.37, 0.25], grain), smooth(0.57, 0.6, y));
  for (const ball of BALLS) {
    const shadow = Math.hypot((x - ball.x - 0.1) / 1.35, (y - ball.y - 0.85 * ball.radius) / 0.34);
    if (y > 0.58) colour = scaled(colour, 1 - 0.55 * smooth(1.15, 0.5, shadow / ball.radius));
  }
  for (const ball of BALLS) colour = withBall(colour, ball, x, y);
  return scaled(colour, 0.97 + 0.05 * hash(811 * x, 811 * y));
};

function withBall(behind: Rgb, { x: left, y: top, radius, colour }: Ball, x: number, y: number): Rgb {
  const across = (x - left) / radius;
  const down = (y - top) / radius;
  const distance = Math.hypot(across, down);
  if (distance > 1) return behind;
  const towards = Math.sqrt(1 - distance * distance);
  const light = Math.max(0, -0.55 * across - 0.5 * down + 0.67 * towards);
  const skin = 0.9 + 0.18 * noise(26 * x, 26 * y);
  const lit = scaled(colour, (0.16 + 0.95 * light) * skin);
  const shine = smooth(0.93, 0.995, light);
  return mix(behind, mix(lit, [1, 0.98, 0.94], 0.75 * shine), smooth(1, 0.97, distance));
}

interface Lamp {
  readonly colour: Rgb;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly share: number;
}

const LAMPS = Array.from({ length: 26 }, (_, nth): Lamp => {
  const hue = hash(nth, 5);
  return {
    colour: hue < 0.5 ? [1, 0.72, 0.36] : hue < 0.75 ? [0.95, 0.24, 0.16] : [0.35, 0.68, 1],
    ...{ x: 1.5 * hash(nth, 1), y: 0.2 + 0.4 * hash(nth, 2) },
    ...{ size: 0.02 + 0.05 * hash(nth, 9), share: 0.35 + 0.5 * hash(nth, 3) },
  };
});

/** A wet street at night: lights out of focus, and their reflections. */
export const street: Scene = (x, y) => {
  const kerb = 0.62;
  const isRoad = y > kerb;
  const height = isRoad ? 2 * kerb - y : y;
  const blur = isRoad ? 2.4 : 1;
  let colour: Rgb = mix([0.03, 0.04, 0.09], [0.14, 0.11, 0.16], height / kerb);
  const house = noise(5 * x, 3) > 0.45 + 0.8 * (kerb - height) ? 0.7 : 1;
  colour = scaled(colour, house);
  for (const lamp of LAMPS) {
    const across = (x - lamp.x) / lamp.size;
    const down = (height - lamp.y) / (lamp.size * blur);
    const square = across * across + down * down;
    // Beyond its disc a lamp adds nothing.
    if (square > 1.08 * 1.08) continue;
    const disc = smooth(1.08, 0.9, Math.sqrt(square));
    colour = mix(colour, lamp.colour, disc * lamp.share * (isRoad ? 0.45 : 1));
  }
  const wet = isRoad ? 0.75 + 0.5 * roughness(30 * x, 80 * y) : 1;
  return scaled(colour, wet * (0.96 + 0.08 * hash(701 * x, 701 * y)));
};
