/** What goes with the pictures: sound, subtitles, covers, fonts. What the new container has no place for is told. */
import type { ClipFacts, StreamFacts } from "./clip-facts.js";
import type { ClipContainer } from "./containers.js";
import { changedSound, type SoundCodec } from "./sounds.js";

export interface CarriedStream {
  /** Its place in the source. */
  readonly index: number;
  /** `copy`, or what encodes what it becomes. */
  readonly codec: string;
  /** Of a sound that is not copied. */
  readonly sound?: SoundCodec & { readonly channels: number };
  readonly kind: "audio" | "subtitle" | "cover" | "attachment";
}

export interface CarriedStreams {
  readonly streams: readonly CarriedStream[];
  /** A sentence for each that is left out or changed. */
  readonly warnings: readonly string[];
}

const TEXT = ["subrip", "ass", "ssa", "webvtt", "mov_text", "text"];

type Carrier = (stream: StreamFacts, container: ClipContainer) => Omit<CarriedStream, "index"> | undefined;

const CARRIERS: Readonly<Record<string, Carrier>> = {
  audio: ({ codec_name: name, channels = 2 }, { sounds }) => {
    // One that this ffmpeg does not know is neither copied nor read.
    if (name === undefined) return undefined;
    const sound = changedSound(name, sounds);
    return sound === undefined
      ? { codec: "copy", kind: "audio" }
      : { codec: sound.encoder, kind: "audio", sound: { ...sound, channels } };
  },
  subtitle: ({ codec_name: name = "" }, { subtitles }) => {
    if (subtitles.takes.includes(name)) return { codec: "copy", kind: "subtitle" };
    return TEXT.includes(name) ? { codec: subtitles.codec, kind: "subtitle" } : undefined;
  },
  video: ({ disposition }, { name }) =>
    disposition?.attached_pic === 1 && name !== "webm" ? { codec: "copy", kind: "cover" } : undefined,
  attachment: (_, { holdsAttachments }) =>
    holdsAttachments ? { codec: "copy", kind: "attachment" } : undefined,
};

export function carriedStreams(
  { streams, video, chapters }: Pick<ClipFacts, "streams" | "video" | "chapters">,
  container: ClipContainer,
): CarriedStreams {
  const carried: CarriedStream[] = [];
  const warnings: string[] = [];
  for (const stream of streams) {
    // A track of timecode is written anew, from what the pictures' own says, and one of chapters from the chapters.
    if (stream === video || isTimecode(stream) || (chapters > 0 && isChapterText(stream))) continue;
    const { index, codec_type: type = "data", codec_name: name = "unknown" } = stream;
    const way = CARRIERS[type]?.(stream, container);
    if (way === undefined) {
      warnings.push(
        `its stream ${index} (${type}, ${name}) is left out: ${container.title} has no place for it`,
      );
      continue;
    }
    if (way.codec !== "copy") {
      const what = way.kind === "audio" ? "sound" : "subtitles";
      const verb = way.kind === "audio" ? "is" : "are";
      warnings.push(
        `its ${what} (${name}) ${verb} written as ${way.sound?.name ?? way.codec}: ${container.title} does not hold it`,
      );
    }
    carried.push({ index, ...way });
  }
  return { streams: carried, warnings };
}

function isTimecode({ codec_type: type, tags = {} }: StreamFacts): boolean {
  return type === "data" && tags.timecode !== undefined;
}

/** What MP4 and QuickTime keep the names of chapters in, which ffmpeg reads as chapters as well. */
function isChapterText({ codec_type: type, codec_tag_string: tag }: StreamFacts): boolean {
  return type === "data" && tag === "text";
}
