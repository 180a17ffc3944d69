import { Receipts, type LinePlace, type LineReceipt } from '../../application/history/receipts.js';
import { Refused } from '../../application/shared/refused.js';
import { reject } from '../../domain/shared/rejection.js';
import type { LeafProof } from './leaf-proof.js';
import { NotProvable, NotSealedYet, type Prover } from './prover.js';
import { writeEvent, writeTlogProof } from './tlog-proof.js';

const notYet = reject('unavailable', 'seal/not-yet');

/** Receipts out of the sealed log. An event that is not what was sealed has none, nor has any where the seal was altered: that raises an alarm. */
export class SealedReceipts extends Receipts {
  constructor(
    private readonly prover: Prover,
    private readonly alarm: (reason: string) => void,
  ) {
    super();
  }

  async of(place: LinePlace): Promise<LineReceipt> {
    return receiptOf(await this.proofOf(place));
  }

  private async proofOf({ stream, rev }: LinePlace): Promise<LeafProof> {
    try {
      return await this.prover.prove(stream, rev);
    } catch (error) {
      if (error instanceof NotSealedYet) throw new Refused(notYet);
      if (error instanceof NotProvable) this.alarm(`a receipt was asked that cannot be given: ${error.message}`);
      throw error;
    }
  }
}

/** The two texts. */
export const receiptOf = (proof: LeafProof): LineReceipt => ({
  proof: writeTlogProof(proof),
  event: writeEvent(proof.header, proof.bodyDigest),
});
