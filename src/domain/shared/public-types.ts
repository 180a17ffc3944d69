/**
 * The facts that are written in clear, each with the only category of streams where it is.
 * They speak of rules, services and counts: without free text, without an id of a person or of a space, so that anybody may verify them and no key has to
 * survive for them. Everything else is encrypted. A type joins this list only with a decision record: what was written in clear stays in clear for ever.
 */
export const PUBLIC_TYPES = {
  /** The authorisation matrix that holds from some day: published by law (CSP R.1111-46). */
  MatrixVersionPublished: 'matrix',
  /** A service enters the catalogue, or is refused (CSP R.1111-38). */
  ReferencingDecided: 'service',
  /** Figures of a campaign day that must outlive the people counted, small cells suppressed. */
  CampaignDayCounted: 'campaign',
  /** Certificate of destruction: number and digest of leaf hashes, no stream name. */
  SpaceDestroyed: 'audit',
  /** Size and root of the sealed log at some moment. */
  SealHeadPublished: 'audit',
} as const;

/** True when a fact of this type is written in clear in streams of this category. */
export const isPublic = (category: string, type: string): boolean =>
  Object.hasOwn(PUBLIC_TYPES, type) && PUBLIC_TYPES[type as keyof typeof PUBLIC_TYPES] === category;
