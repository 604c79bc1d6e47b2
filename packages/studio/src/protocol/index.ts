export type { ChartCheck, CheckAsk, PairCheck, Single } from "./check.js";
export { type Fault, type FromWorker, faultOf, type ToWorker } from "./messages.js";
export {
  type Answer,
  type Ask,
  type Engine,
  EXAMPLES,
  type ExampleAsk,
  type ExampleName,
  type ExamplePair,
  type Identity,
  type News,
  type PictureTable,
  type RequestName,
  type Requests,
  type ShowAsk,
} from "./requests.js";
export { styleNames, stylesOf } from "./styles.js";
export type {
  FileRef,
  Picture,
  SightAsk,
  Source,
  TrainAnswer,
  TrainAsk,
  TrainNews,
  TrainSettings,
  TrainStep,
  WatchedRow,
} from "./training.js";
export { editOf } from "./training.js";
export type {
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
  TakeTarget,
} from "./views.js";
