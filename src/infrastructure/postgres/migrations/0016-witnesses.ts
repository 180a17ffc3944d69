import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const WITNESSES = `
CREATE TABLE seal.policy (
  id smallint PRIMARY KEY CHECK (id = 1),
  text text NOT NULL,
  patience interval NOT NULL
);
COMMENT ON TABLE seal.policy IS 'The policy of witnesses as the sealer read it; no row: heads are published as they are signed.';
COMMENT ON COLUMN seal.policy.patience IS 'How long a head waits for its quorum before it is published without.';

CREATE TABLE seal.witness (
  key text COLLATE "C" PRIMARY KEY,
  label text NOT NULL,
  known bigint NOT NULL DEFAULT 0 CHECK (known >= 0),
  asked boolean NOT NULL DEFAULT true,
  trouble text CHECK (trouble IN ('away', 'refused', 'contradicts')),
  detail text
) WITH (fillfactor = 50);
COMMENT ON COLUMN seal.witness.known IS 'Size of the last head that it cosigned: proofs for it begin there.';
COMMENT ON COLUMN seal.witness.asked IS 'Whether the policy that holds names it.';

CREATE TABLE seal.cosignature (
  size bigint NOT NULL REFERENCES seal.checkpoint,
  witness text COLLATE "C" NOT NULL REFERENCES seal.witness,
  line text NOT NULL,
  PRIMARY KEY (size, witness)
);
COMMENT ON TABLE seal.cosignature IS 'C2SP tlog-cosignature lines under the head of this size; each was checked before it was kept.';
CREATE TABLE seal.quorum (
  size bigint PRIMARY KEY REFERENCES seal.checkpoint
);
COMMENT ON TABLE seal.quorum IS 'Heads that the quorum of the policy of that time cosigned.';
CREATE TRIGGER for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON seal.cosignature FOR EACH STATEMENT EXECUTE FUNCTION seal.refuse();
CREATE TRIGGER for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON seal.quorum FOR EACH STATEMENT EXECUTE FUNCTION seal.refuse();
ALTER TABLE seal.cosignature ENABLE ALWAYS TRIGGER for_ever;
ALTER TABLE seal.quorum ENABLE ALWAYS TRIGGER for_ever;
GRANT SELECT ON seal.policy, seal.witness, seal.cosignature, seal.quorum TO mes_sealer, mes_reader;
GRANT INSERT, UPDATE, DELETE ON seal.policy, seal.witness TO mes_sealer;
GRANT INSERT ON seal.cosignature, seal.quorum TO mes_sealer;`;

/** Who cosigns the heads of the sealed log, and what they said. */
export class Witnesses1795305600016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WITNESSES);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
