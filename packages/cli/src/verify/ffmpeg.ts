/** ffmpeg, by the very filter that is printed to be pasted. */
import { ffmpegFilter, type LutFilter } from "../commands/bake/ffmpeg-command.js";
import type { Consumer } from "./consumer.js";
import { outputOf } from "./process.js";

export function ffmpegWith(filter: LutFilter): Consumer {
  return {
    title: "ffmpeg",
    isClamped: true,
    async run({ file, colours, signal }) {
      const codes = Uint16Array.from(colours, (value) => Math.round(value * 65_535));
      const raw = ["-f", "rawvideo", "-pix_fmt", "rgb48le"];
      const { inputs, option, filter: text } = ffmpegFilter(filter, file);
      const size = ["-s", `${colours.length / 300}x100`];
      const picture = inputs.flatMap((input) => ["-i", input]);
      const args = [
        "-v",
        "error",
        ...raw,
        ...size,
        "-i",
        "-",
        ...picture,
        option,
        text,
        "-frames:v",
        "1",
        ...raw,
        "-",
      ];
      const input = new Uint8Array(codes.buffer);
      const advice = "https://ffmpeg.org/download.html";
      const bytes = await outputOf({ program: "ffmpeg", args, input, signal, advice });
      const result = new Uint16Array(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
      );
      return Float32Array.from(result, (code) => code / 65_535);
    },
  };
}
