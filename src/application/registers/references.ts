/** A document that is kept elsewhere, by its number there; dates as `2026-11-22`. */
export interface Reference {
  readonly reference: string;
  readonly date: string;
  /** Last day on which it holds; null: no end. */
  readonly validUntil: string | null;
}
/** Who processes data for us, and under which contract (GDPR art. 28). */
export interface Processor {
  readonly name: string;
  readonly purpose: string;
  readonly contract: string;
  readonly until: string | null;
}
/** What a controller asks to see first; null and none where nobody has written it down here. */
export interface References {
  /** Data protection impact assessment (GDPR art. 35). */
  readonly dpia: Reference | null;
  readonly securityPolicy: Reference | null;
  /** Certificate of the host of health data (CSP L.1111-8). */
  readonly hostingCertificate: Reference | null;
  readonly processors: readonly Processor[];
}

/** The references of this installation. */
export abstract class ControlReferences {
  /** As they stand now. Throws Error, which names the member and never a value, when they cannot be used. */
  abstract read(): Promise<References>;
}
