/**
 * How many threads Node's pool gets. The image library works on that pool, one thread for each photo at hand, and the C
 * library keeps an arena of freed memory for each of its threads: 60 photos of 12 megapixels, one at a time, took 430 MB
 * in the mean with two threads and 317 MB with one. Commands that read two photos at once (train, compare) get two.
 *
 * CommonJS, because Node starts the pool before the first line of an ES module runs.
 *
 * @param {readonly string[]} words of the command line, behind the program.
 * @returns {number} 1 to 128.
 */
exports.threadPoolSize = (words) => {
  if (words[0] !== "apply") return 2;
  const at = words.findLastIndex((word) => word === "--jobs" || word.startsWith("--jobs="));
  const jobs = Number(at < 0 ? 1 : words[at].split("=")[1] || words[at + 1]);
  // What is no number of photos is refused by the command.
  return Number.isInteger(jobs) && jobs >= 1 ? Math.min(jobs, 128) : 1;
};
