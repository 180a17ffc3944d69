/** Why a space comes to its end: the holder asked for it, or the ten years of the archive are over (CSP R.1111-36). */
export type DestructionGround = 'ERASURE' | 'RETENTION';
/** What of a space ends: all of it (the traces too once the archive is over), or the traces that outlived it. */
export type DestructionScope = 'SPACE' | 'TRACE';
