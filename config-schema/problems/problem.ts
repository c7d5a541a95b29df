/** Where a value stands in the document, from the root: property names and array indices. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a document. All fields but `rule` are texts for people, already shortened and escaped. */
export interface Problem {
  /** `mounts[3].destination`, `annotations["a.b"]`; empty for the document itself. */
  readonly path: string;
  /** The value that stands there (at most 60 characters), or `nothing`. */
  readonly found: string;
  /** What would have been right. */
  readonly wanted: string;
  /** All of it in one line, with the path. */
  readonly message: string;
  /** `json`, `structure` (types, ranges and closed lists), or the name of the rule that refused the document. */
  readonly rule: string;
}

/** What a rule reports: a problem whose path and value are still data. */
export interface Finding {
  readonly path: Path;
  /** The sentence for people, without path and value. */
  readonly says: string;
  readonly wanted: string;
  /** The value to show; leave it out where `says` has said all. */
  readonly found?: unknown;
}
