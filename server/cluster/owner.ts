import { createHash } from 'node:crypto';

/**
 * Which of these nodes looks after something, by rendezvous hashing: all nodes that see the same nodes give
 * the same answer, and a node that goes changes it only for what was its own.
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
