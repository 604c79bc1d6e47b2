const { readFileSync, statSync } = require("node:fs");

/**
 * How many threads Node's pool gets. The image library works on that pool, one thread for each photo at hand, and the C
 * library keeps an arena of freed memory for each of its threads: 60 photos of 12 megapixels, one at a time, took 430 MB
 * in the mean with two threads and 317 MB with one. Commands that read two photos at once (train, compare) get two.
 *
 * `--jobs` may stand in the file of `--config`, too; what is wrong with that file the command says.
 *
 * CommonJS, because Node starts the pool before the first line of an ES module runs.
 *
 * @param {readonly string[]} words of the command line, behind the program.
 * @returns {number} 1 to 128.
 */
exports.threadPoolSize = (words) => {
  if (words[0] !== "apply") return 2;
  const jobs = Number(lastValue(words, "--jobs") ?? jobsOfConfig(lastValue(words, "--config")) ?? 1);
  // What is no number of photos is refused by the command.
  return Number.isInteger(jobs) && jobs >= 1 ? Math.min(jobs, 128) : 1;
};

/** The text behind the last option of this name, in either spelling; undefined without one. */
function lastValue(words, name) {
  const at = words.findLastIndex((word) => word === name || word.startsWith(`${name}=`));
  return at < 0 ? undefined : words[at].slice(name.length + 1) || words[at + 1] || "";
}

function jobsOfConfig(path) {
  try {
    // A pipe gives its bytes once, to the command, which refuses it.
    return statSync(path).isFile() ? JSON.parse(readFileSync(path, "utf8")).apply.jobs : undefined;
  } catch {
    return undefined;
  }
}
