/** A package that the program uses. */
export interface UsedPackage {
  name: string;
  version: string;
  /** Names under which it is imported. */
  modules: readonly string[];
  /** A file of it that takes part in TLS; null: none, or it leaves trust to others. */
  verifiesIn: string | null;
}

export interface Use {
  packages: readonly UsedPackage[];
  /** Modules that its own files import, as written. */
  imports: readonly string[];
  /** Modules that it imports, but that this interpreter does not have. */
  lacking: readonly string[];
  /** It was too large to read all of it. */
  unfinished: boolean;
  /** The program itself is known. false: the packages are all installed ones. */
  isKnown: boolean;
}
