export { checkTexts } from "./check.js";
export { lookTexts } from "./looks.js";

/** Every text of the studio that a person reads, in English; those about a look that there is stand in `looks.ts`. */
export const texts = {
  title: "synthconv studio",
  start: {
    title: "Start",
    lead: "Give it photos before and after an edit. A network learns to write the edit, here in your browser; nothing is uploaded.",
    drop: "Drop, paste or pick a photo before and after its edit, several pairs, folders of them, a LUT, or a look file.",
    pick: "Pick files",
    pickFolder: "Pick a folder",
    formats:
      "Pairs are found by their names and folders: beach.jpg and beach-edited.jpg, before/ and after/. JPEG, PNG, WebP, AVIF; LUTs as .cube, .clf, .csp, .3dl, .spi1d, .spi3d, Hald image or strip.",
    chart:
      "No photo of your own edit? Put this chart of colours through any app, site or camera profile, and drop what comes out: its colours tell the edit.",
    saveChart: "Save the chart",
    lutPicture: (path: string, format: string): string => `${path} is read as a ${format}.`,
    idle: (path: string): string =>
      `${path} leaves colours as they are, and the others of its size say their edits by themselves.`,
    styles: (names: readonly string[]): string =>
      `Each of these is an edit of its own: they are learned as the styles ${names.join(", ")} of one look, which a pad among its knobs blends.`,
    ambiguous: (path: string, formats: readonly string[]): string =>
      `${path}: its colours are as good a ${formats.join(" as a ")}. Convert it to .cube first: synthconv convert.`,
    examples: "Or try an example",
    exampleNames: { coast: "Evening film", fruit: "Faded print", street: "Night cinema" },
    looking: (count: number): string => `Looking at ${count} file${count === 1 ? "" : "s"} ...`,
    single: (path: string): string =>
      `${path}: there is no second photo that goes with it, and it is neither a Hald image or a LUT strip nor the chart. Give both photos of a pair, named like beach.jpg and beach-edited.jpg.`,
    sources: "What the look is learned from",
    pair: (before: string, after: string): string => `${before} → ${after}`,
    swap: "Swap",
    swapNamed: (label: string): string => `Swap ${label}`,
    remove: (label: string): string => `Remove ${label}`,
    removeShort: "Remove",
  },
  learn: {
    title: "Watch it learn",
    nothing: "Nothing to learn from yet: give it photos above, or try an example.",
    noSources: "This look came as a file, without what it was learned from.",
    photo: "The photo under the look as it stands",
    photoCaption: "The photo before the edit, under the look as it is learned so far",
    begin: "Learn",
    pause: "Pause",
    goOn: "Go on",
    stop: "Stop and keep",
    again: "Start again",
    breakIt: "Break it as in the question",
    breakHint:
      "Puts the generated numbers into a layer's parameter instead of passing them on as values, as in the question that started this project, and starts again.",
    broken:
      "The graph is cut: the loss falls, since the convolution behind the cut learns, and the fully connected layers stand still.",
    phases: {
      idle: "",
      preparing: "Reading the photos ...",
      learning: "Learning",
      paused: "Paused. Nothing is lost: it goes on where it stands.",
      stopped: "Stopped. The look is what was learned so far.",
      finished: "Finished",
      failed: "It could not go on",
    },
    progress: "Steps done",
    step: "Step",
    ofSteps: (step: number, steps: number): string =>
      `${step.toLocaleString("en")} of ${steps.toLocaleString("en")}`,
    timeLeft: "Time left",
    seconds: (value: number): string => (value < 1 ? "under 1 s" : `${Math.round(value)} s`),
    loss: "Loss, mean squared error",
    psnr: "Held-out colours, PSNR",
    decibels: (value: number | null): string => (value === null ? "no difference" : `${value.toFixed(1)} dB`),
    deltaE: "Held-out colours, mean ΔE 2000",
    lossChart: "Loss over the steps, logarithmic",
    lossLabel: (first: number, last: number, step: number): string =>
      `The loss went from ${first.toExponential(1)} to ${last.toExponential(1)} in ${step} steps.`,
    question: "Does every part learn?",
    why: "What happened, and what to write instead",
    yes: "Yes.",
    no: "No.",
    how: {
      title: "How it learns",
      hint: "Used by the next start.",
      steps: "Steps",
      channels: "Channels of the pixel network",
      generator: "Width of the two fully connected layers",
      seed: "Seed of the random numbers",
      plain: "Same bits on every machine (slower)",
    },
    network: {
      title: "The network",
      hint: "Each outline is a histogram of the numbers at one step, from the first at the back to the newest in front. What learns, moves.",
      condition: "Condition",
      conditionHint: "What a person sets. Fully connected layers read it.",
      knob: (name: string, minimum: number, maximum: number): string => `${name}, ${minimum} to ${maximum}`,
      styles: (names: string): string => `style: ${names}`,
      generator: "Fully connected layers",
      generatorHint: "They write every weight of the convolutions.",
      convolutions: "Written weights, applied as 1x1 convolutions",
      convolutionsHint: "No parameters of their own: values that the gradient runs through.",
      cutHint: "Parameters of their own: the gradient ends here, and none reaches the layers that write.",
      part: (name: string, shape: readonly number[]): string => {
        const size = shape.filter((length, axis) => axis < 2 || length !== 1).join(" x ");
        const [, hidden] = /hidden\.(\d+)/.exec(name) ?? [];
        const [, layer] = /layers\.(\d+)/.exec(name) ?? [];
        if (hidden !== undefined) return `Layer ${Number(hidden) + 1}, ${size}`;
        if (layer !== undefined) return `Convolution ${Number(layer) + 1}, ${size}`;
        if (name.includes("head")) return `Last layer, ${size}`;
        return `${name.startsWith("synthesized") ? "Convolution 1, overwritten" : "Convolution 2"}, ${size}`;
      },
      gradient: (norm: number | null): string =>
        norm === null || norm === 0 ? "no gradient" : `gradient ${norm.toExponential(1)}`,
      ridgeLabel: (part: string, slices: number, moves: boolean): string =>
        `${part}: histograms at ${slices} steps, ${moves ? "which move" : "all the same"}.`,
    },
  },
  slowEngine:
    "This browser has no WebAssembly SIMD, so the studio calculates in JavaScript: with the same result, and many times as slowly. Use a current browser, or take a smaller photo and fewer steps.",
  /** @param threads undefined until it is known. */
  engine: (backend: string, threads: number | undefined): string => {
    const counted = threads === 1 ? "one thread" : `${threads} threads`;
    if (backend === "reference") return texts.slowEngine;
    return `Calculates with WebAssembly (${backend})${threads === undefined ? "" : `, ${counted}`}.`;
  },
  library: {
    title: "Library",
    lead: "Looks that you put aside stay in this browser.",
    keep: "Keep this look",
    empty: "No look was put aside yet.",
    choose: "Blend",
    chooseNamed: (name: string): string => `Take ${name} into a blend`,
    blend: "Blend the chosen looks",
    blendHint: (most: number): string =>
      `Two to ${most}, each as it was set when it was kept: they become the corners of a pad among the knobs.`,
    list: "Looks that were put aside",
    name: (name: string): string => `Name of ${name}`,
    open: "Open",
    openNamed: (name: string): string => `Open ${name}`,
    duplicate: "Duplicate",
    duplicateNamed: (name: string): string => `Duplicate ${name}`,
    copyOf: (name: string): string => `${name}, copy`,
    remove: "Delete",
    removeNamed: (name: string): string => `Delete ${name}`,
    removed: (name: string): string => `${name} was deleted.`,
    bringBack: "Bring it back",
    notKept: (why: string): string =>
      `The library cannot be changed: the browser stores nothing here, or has no room left. Save the look's file instead. ${why}`,
  },
  session: {
    name: "Name of the look",
    undo: "Undo",
    redo: "Redo",
    startNew: "New",
    parts: "Parts of the studio",
    untitled: "Untitled look",
    otherTab: "Your last session is open in another tab; this one began anew.",
    otherTabEarlier: "Your last session is open in another tab; this is an earlier one.",
    notStored: (why: string): string =>
      `The browser does not store this session, so save the look's file before you leave. ${why}`.trim(),
  },
  faults: {
    stale: "A newer request took the place of this one.",
    noCanvas: (name: string): string =>
      `${name}: the browser has no memory left to draw it. Close other tabs, or take a smaller photo.`,
    noSource: "There is nothing to learn from yet: give it a photo before and after an edit, or a LUT.",
    workerFailed:
      "The part that calculates ended unexpectedly, perhaps for want of memory. Your session is kept: try again, with smaller photos if it happens again.",
  },
} as const;
