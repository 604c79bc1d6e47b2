/** What to do where a file of the studio did not come, for those texts that the build writes. */
export const NOT_FETCHED_REPAIR = "Look after the network and reload the page; your session is kept.";
