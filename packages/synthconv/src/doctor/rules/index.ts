/** What the doctor looks for, what spoils everything else first. A new kind of fault is a file and a row. */
import type { Rule } from "../case-file.js";
import { agreement } from "./agreement.js";
import { alikeParts } from "./alike-parts.js";
import { alikeSamples } from "./alike-samples.js";
import { alikeUnits } from "./alike-units.js";
import { allMasked } from "./all-masked.js";
import { ascends } from "./ascends.js";
import { beyondReach } from "./beyond-reach.js";
import { bothLabels } from "./both-labels.js";
import { broadcast } from "./broadcast.js";
import { codesWithoutLoss } from "./codes-without-loss.js";
import { constantDerivative } from "./constant-derivative.js";
import { copiedStep } from "./copied-step.js";
import { crossedSamples } from "./crossed-samples.js";
import { cut, replaced } from "./cut.js";
import { deadTerm } from "./dead-term.js";
import { divergence, killed } from "./divergence.js";
import { domainLeftLater } from "./domain-left-later.js";
import { drawnApart } from "./drawn-apart.js";
import { drowned } from "./drowned.js";
import { erasedInput } from "./erased-input.js";
import { erasingDecay } from "./erasing-decay.js";
import { forgottenGradient, forgottenOutside } from "./forgotten-gradient.js";
import { freeWeights } from "./free-weights.js";
import { frozenAndHeld } from "./frozen-and-held.js";
import { frozenLater } from "./frozen-later.js";
import { fusedLayersOff } from "./fused-layers-off.js";
import { heldPrediction } from "./held-prediction.js";
import { keptNumbers } from "./kept-numbers.js";
import { leftForGood } from "./left-for-good.js";
import { mispairedInputs } from "./mispaired-inputs.js";
import { mispairedTargets } from "./mispaired-targets.js";
import { nearlyAllDropped } from "./nearly-all-dropped.js";
import { neverForgotten } from "./never-forgotten.js";
import { noiseApart } from "./noise-apart.js";
import { nonFinite } from "./non-finite.js";
import { notHeld } from "./not-held.js";
import { nothingLearns } from "./nothing-learns.js";
import { nothingToTrain } from "./nothing-to-train.js";
import { notWired, numbers, numbersAtTimes } from "./numbers.js";
import { oneLabel } from "./one-label.js";
import { overlargeStart } from "./overlarge-start.js";
import { overwrittenAtTimes } from "./overwritten-at-times.js";
import { overwrittenFromElsewhere } from "./overwritten-from-elsewhere.js";
import { overwrittenInPlace } from "./overwritten-in-place.js";
import { ownDerivative } from "./own-derivative.js";
import { ownHand } from "./own-hand.js";
import { ownLoop } from "./own-loop.js";
import { ownOperation } from "./own-operation.js";
import { ownSize } from "./own-size.js";
import { ownStep } from "./own-step.js";
import { ownUpdate } from "./own-update.js";
import { pooledError } from "./pooled-error.js";
import { propagatedPast } from "./propagated-past.js";
import { putBackAgain } from "./put-back.js";
import { unmoved } from "./rate.js";
import { refusedBackward } from "./refused-backward.js";
import { repelled } from "./repelled.js";
import { replacedGradient } from "./replaced-gradient.js";
import { rewardedAway } from "./rewarded-away.js";
import { runawayCopy } from "./runaway-copy.js";
import { sameIndices } from "./same-indices.js";
import { samples } from "./samples.js";
import { saturated } from "./saturated.js";
import { scaledByRun } from "./scaled-by-run.js";
import { sharedHolders } from "./shared-holders.js";
import { slowRate } from "./slow-rate.js";
import { squashedTwice } from "./squashed-twice.js";
import { staleGraph } from "./stale-graph.js";
import { standsStill } from "./stands-still.js";
import { stepsInVain } from "./steps-in-vain.js";
import { stillInside } from "./still-inside.js";
import { strayRate } from "./stray-rate.js";
import { strays } from "./strays.js";
import { swamped } from "./swamped.js";
import { targetIsOnline } from "./target-is-online.js";
import { turnedCosine } from "./turned-cosine.js";
import { turnedThrough } from "./turned-through.js";
import { unbounded } from "./unbounded.js";
import { unfelt } from "./unfelt.js";
import { unreadPart } from "./unread-part.js";
import { unusedInput } from "./unused-input.js";
import { vanishing } from "./vanishing.js";
import { viewsApart } from "./views-apart.js";
import { weighedSamples } from "./weighed-samples.js";
import { weightStatistics } from "./weight-statistics.js";
import { constant, zero } from "./zero.js";

export const RULES: readonly Rule[] = [
  nothingToTrain,
  refusedBackward,
  ownOperation,
  ownDerivative,
  staleGraph,
  forgottenGradient,
  forgottenOutside,
  replacedGradient,
  propagatedPast,
  stepsInVain,
  overwrittenInPlace,
  neverForgotten,
  turnedThrough,
  ownUpdate,
  erasingDecay,
  ascends,
  strayRate,
  stillInside,
  copiedStep,
  runawayCopy,
  scaledByRun,
  overlargeStart,
  killed,
  divergence,
  nonFinite,
  replaced,
  heldPrediction,
  overwrittenFromElsewhere,
  putBackAgain,
  overwrittenAtTimes,
  constantDerivative,
  keptNumbers,
  cut,
  deadTerm,
  strays,
  ownHand,
  ownLoop,
  codesWithoutLoss,
  numbers,
  numbersAtTimes,
  broadcast,
  sameIndices,
  samples,
  crossedSamples,
  weighedSamples,
  mispairedTargets,
  mispairedInputs,
  drawnApart,
  noiseApart,
  viewsApart,
  notHeld,
  ownStep,
  unmoved,
  slowRate,
  drowned,
  saturated,
  beyondReach,
  vanishing,
  allMasked,
  zero,
  constant,
  ownSize,
  notWired,
  frozenLater,
  frozenAndHeld,
  leftForGood,
  fusedLayersOff,
  alikeUnits,
  alikeParts,
  weightStatistics,
  squashedTwice,
  nearlyAllDropped,
  swamped,
  domainLeftLater,
  freeWeights,
  rewardedAway,
  unbounded,
  repelled,
  agreement,
  bothLabels,
  turnedCosine,
  oneLabel,
  erasedInput,
  pooledError,
  alikeSamples,
  unfelt,
  unusedInput,
  targetIsOnline,
  sharedHolders,
  unreadPart,
  nothingLearns,
  standsStill,
];
