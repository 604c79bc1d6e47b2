import type { Peer } from "./catalogue.js";
import type { DescribedPeer } from "./contest.js";
import { PeerProcess } from "./peer-process.js";

/** Starts every peer once and asks what it can do; one that does not start is missing, with the reason. */
export async function describePeers(
  peers: readonly Peer[],
  limitMilliseconds: number,
): Promise<DescribedPeer[]> {
  const described: DescribedPeer[] = [];
  for (const peer of peers) {
    described.push(peer.missing === undefined ? await describe(peer, limitMilliseconds) : peer);
  }
  return described;
}

async function describe(peer: Peer, limitMilliseconds: number): Promise<DescribedPeer> {
  const child = new PeerProcess(peer.command(1), limitMilliseconds);
  try {
    return { ...peer, description: await child.describe() };
  } catch (error) {
    return { ...peer, missing: error instanceof Error ? error.message : String(error) };
  } finally {
    child.kill();
  }
}

export function versionsOf(peers: readonly DescribedPeer[]): Record<string, string> {
  return Object.assign({}, ...peers.map(({ description }) => description?.versions ?? {}));
}
