/** The sounds that go into each container as they are, and what others become there. Seen with ffmpeg 5.1. */

/** What ffmpeg makes of a sound that a container does not take. */
export interface SoundCodec {
  /** As ffprobe calls it. */
  readonly name: string;
  readonly encoder: string;
  /** Kilobits a second for each channel; undefined for codecs that lose nothing. */
  readonly rate?: number;
  /** The orders of channels that the encoder takes, as ffmpeg calls them; undefined where it takes any. */
  readonly layouts?: string;
}

export interface ContainerSounds {
  /** Whether a sound of this name, as ffprobe calls it, can be copied. */
  takes(name: string): boolean;
  /** What a sound becomes that it does not take: one that has lost nothing yet, and any other. */
  readonly lossless: SoundCodec;
  readonly lossy: SoundCodec;
}

/** Half as much again as ffmpeg's own choice for two channels (128 and 96 kbit/s): most of these sounds lose a second time. */
const AAC: SoundCodec = { name: "aac", encoder: "aac", rate: 96 };
const OPUS: SoundCodec = {
  ...{ name: "opus", encoder: "libopus", rate: 72 },
  // Of other orders, as the 5.1(side) of AC-3, libopus says that they are invalid.
  layouts: "mono|stereo|3.0|quad|5.0|5.1|6.1|7.1",
};
const ALAC: SoundCodec = { name: "alac", encoder: "alac" };
const FLAC: SoundCodec = { name: "flac", encoder: "flac" };

const MOVIE = ["aac", "mp3", "mp2", "alac", "ac3", "eac3", "dts"];
const DISC_ONLY = ["pcm_bluray", "pcm_dvd"];
const isPcm = (name: string): boolean => name.startsWith("pcm_") || name.startsWith("adpcm_");
const NOT_IN_MATROSKA = [
  ...DISC_ONLY,
  "pcm_s8",
  "adpcm_ima_qt",
  "amr_nb",
  "amr_wb",
  "nellymoser",
  "qdm2",
  "gsm",
];

/** FLAC and TrueHD are experiments there; samples as they are come with ffmpeg 6, and few players know them. */
export const MP4_SOUNDS: ContainerSounds = {
  takes: (name) => [...MOVIE, "opus", "vorbis"].includes(name),
  lossless: ALAC,
  lossy: AAC,
};

export const QUICKTIME_SOUNDS: ContainerSounds = {
  takes: (name) => MOVIE.includes(name) || (isPcm(name) && !DISC_ONLY.includes(name)),
  lossless: ALAC,
  lossy: AAC,
};

export const MATROSKA_SOUNDS: ContainerSounds = {
  takes: (name) => !NOT_IN_MATROSKA.includes(name),
  lossless: FLAC,
  lossy: AAC,
};

export const WEBM_SOUNDS: ContainerSounds = {
  takes: (name) => name === "opus" || name === "vorbis",
  lossless: OPUS,
  lossy: OPUS,
};

/** @returns what the sound is written as; undefined where it is copied. */
export function changedSound(name: string, sounds: ContainerSounds): SoundCodec | undefined {
  if (sounds.takes(name)) return undefined;
  const isLossless =
    name.startsWith("pcm_") || ["flac", "alac", "wavpack", "tta", "truehd", "mlp"].includes(name);
  return isLossless ? sounds.lossless : sounds.lossy;
}
