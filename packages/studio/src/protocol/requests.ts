/** What the page may ask of the worker: a row a request, with what goes, what comes back, and what is told meanwhile. */
import type { LookSchema, PixelNetwork } from "synthconv/look";
import type { ChartCheck, CheckAsk, PairCheck, Single } from "./check.js";
import type { FileRef, Picture, TrainAnswer, TrainAsk, TrainNews } from "./training.js";
import type {
  AppliedPhoto,
  ApplyAsk,
  Controls,
  CropAsk,
  Examination,
  ExamineAsk,
  LinkAnswer,
  LinkAsk,
  LookAsk,
  MergeAnswer,
  MergeAsk,
  PaintAsk,
  SizeAnswer,
  TakeAnswer,
  TakeAsk,
  UnlinkAnswer,
} from "./views.js";

export interface Requests {
  /** How this browser calculates. */
  readonly engine: { readonly ask: object; readonly answer: Engine; readonly news: never };
  /** Fetches what training needs, before anybody asks for one, and starts threads where the page may have them. */
  readonly prepare: { readonly ask: object; readonly answer: Prepared; readonly news: never };
  /** Trains a look; one at a time, a second request ends the first. */
  readonly train: { readonly ask: TrainAsk; readonly answer: TrainAnswer; readonly news: TrainNews };
  /** Ends the training that runs after its step, so that it answers with where it stands. */
  readonly halt: { readonly ask: object; readonly answer: undefined; readonly news: never };
  /** A photo, small enough to be shown, under a look or as it is. */
  readonly show: { readonly ask: ShowAsk; readonly answer: Picture; readonly news: never };
  /** A picture that the studio draws by itself, before and after an edit. */
  readonly example: { readonly ask: ExampleAsk; readonly answer: ExamplePair; readonly news: never };
  /** What a dropped file is. */
  readonly identify: { readonly ask: FileRef; readonly answer: Identity; readonly news: never };
  /** How the photos of a pair lie on each other, and what of the edit is not colour. */
  readonly check: { readonly ask: CheckAsk; readonly answer: PairCheck; readonly news: never };
  /** What a chart that came back says of the edit. */
  readonly checkChart: { readonly ask: FileRef; readonly answer: ChartCheck; readonly news: never };
  /** What a photo is that no other one goes with. */
  readonly single: { readonly ask: FileRef; readonly answer: Single; readonly news: never };
  /** The chart, as a PNG, to be put through an app. */
  readonly chart: { readonly ask: object; readonly answer: Blob; readonly news: never };
  /** How large a photo is, and what its file could not keep on the way in. */
  readonly size: { readonly ask: FileRef; readonly answer: SizeAnswer; readonly news: never };
  /** The part of a photo that is seen. */
  readonly crop: { readonly ask: CropAsk; readonly answer: Picture; readonly news: never };
  /** Knobs and styles of a look's file. */
  readonly controls: { readonly ask: Uint8Array; readonly answer: Controls; readonly news: never };
  /** Several looks as the styles of one. */
  readonly merge: { readonly ask: MergeAsk; readonly answer: MergeAnswer; readonly news: never };
  /** The network of a look, and its schema, at its setting. */
  readonly network: { readonly ask: LookAsk; readonly answer: PixelNetwork; readonly news: never };
  /** A part of a photo under a look, by the kernels. */
  readonly paint: { readonly ask: PaintAsk; readonly answer: Picture; readonly news: never };
  /** What a look does to a picture, in numbers and maps. */
  readonly examine: { readonly ask: ExamineAsk; readonly answer: Examination; readonly news: never };
  /** A photo at its full size under a look, as a file. */
  readonly apply: { readonly ask: ApplyAsk; readonly answer: AppliedPhoto; readonly news: never };
  /** A look in the formats of other tools. */
  readonly take: { readonly ask: TakeAsk; readonly answer: TakeAnswer; readonly news: never };
  /** A look as a link. */
  readonly link: { readonly ask: LinkAsk; readonly answer: LinkAnswer; readonly news: never };
  /** What a link holds. */
  readonly unlink: { readonly ask: string; readonly answer: UnlinkAnswer; readonly news: never };
}

export interface Engine {
  /** The library's build of its kernels: `simd`, `relaxed`, `plain`. */
  readonly backend: string;
}

export interface Prepared {
  /** Threads that calculate; 1 where the page shares no memory with workers. */
  readonly threads: number;
}

export interface ShowAsk {
  readonly photo: FileRef;
  /** Most pixels of the picture. */
  readonly pixels: number;
  readonly look?: LookAsk;
}

export const EXAMPLES = ["coast", "fruit", "street"] as const;
export type ExampleName = (typeof EXAMPLES)[number];

export interface ExampleAsk {
  readonly name: ExampleName;
  /** Of the pictures, in pixels; their height is two thirds of it. */
  readonly width: number;
}

export interface ExamplePair {
  readonly before: FileRef;
  readonly after: FileRef;
}

/** What a file is, by its content. */
export type Identity =
  | { readonly kind: "photo"; readonly width: number; readonly height: number; readonly table?: PictureTable }
  | { readonly kind: "lut"; readonly format: string }
  | { readonly kind: "look"; readonly schema: LookSchema };

/** What the colours of a picture are as a table. */
export interface PictureTable {
  /** What its format is called; several where its colours do not tell in which order they are. */
  readonly formats: readonly string[];
  /** Whether it leaves colours as they are, but for rounding. */
  readonly isIdentity: boolean;
  /** What the browser could not keep of it. */
  readonly notes: readonly string[];
}

export type RequestName = keyof Requests;
export type Ask<Name extends RequestName> = Requests[Name]["ask"];
export type Answer<Name extends RequestName> = Requests[Name]["answer"];
export type News<Name extends RequestName> = Requests[Name]["news"];
