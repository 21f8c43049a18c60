import { createHash } from 'node:crypto';

/**
 * Which of these nodes is responsible for something, by rendezvous hashing: all nodes with the same list get the
 * same result, and the removal of a node changes only what it was responsible for.
 */
export function ownerOf(name: string, nodeIds: readonly string[]): string | null {
  let owner: string | null = null;
  let highest = '';
  for (const nodeId of nodeIds) {
    const weight = createHash('sha1').update(`${nodeId} ${name}`).digest('hex');
    if (weight <= highest) continue;
    highest = weight;
    owner = nodeId;
  }
  return owner;
}
