/** `synthconv demo`: the seed network trained on a photograph, with a knob. */
export const DEMO_FOLDER = "synthconv-demo";
