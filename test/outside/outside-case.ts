/** A fault reported for this program or a similar one. */
export interface OutsideCase {
  /** `area/name`. */
  id: string;
  /** What its user saw. */
  symptom: string;
  /** Public reports of the same kind: `owner/repository#number`, or a document. None if found here. */
  sources: readonly string[];
  /** Why it stays as it is. Without it, a passed test must name the case. */
  refused?: string;
}
