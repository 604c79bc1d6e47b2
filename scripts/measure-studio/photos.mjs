// A pair of JPEG files as cameras and their owners make them.
import { join } from "node:path";
import sharp from "sharp";

/** Clouds, with the noise of a sensor; and the same, warmer. */
export async function writePair(folder, name, { width, height }) {
  const coarse = Buffer.from(Array.from({ length: 3 * 45 * 30 }, (_, at) => 40 + (hash(at) % 176)));
  const cloud = sharp(coarse, { raw: { width: 45, height: 30, channels: 3 } }).resize(width, height, {
    kernel: "cubic",
  });
  const { data } = await cloud.raw().toBuffer({ resolveWithObject: true });
  for (let at = 0; at < data.length; at++)
    data[at] = Math.min(255, Math.max(0, data[at] + (hash(at) % 13) - 6));
  const raw = { raw: { width, height, channels: 3 } };
  const paths = [join(folder, `${name}.jpg`), join(folder, `${name}-edited.jpg`)];
  await sharp(data, raw).jpeg({ quality: 90 }).toFile(paths[0]);
  await sharp(data, raw).linear([0.95, 0.9, 0.8], [12, 8, 4]).jpeg({ quality: 90 }).toFile(paths[1]);
  return paths;
}

function hash(number) {
  let mixed = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
