/** An environment variable that makes a program trust a bundle. */
export interface BundleVariable {
  name: string;
  /** `replace`: it names all roots that the program trusts. `add`: it names more of them. */
  effect: 'replace' | 'add';
  /** `{part}` stands for a path of the bundle. */
  value: string;
  /** In quotes where it contains blanks. */
  isQuoted?: true;
  /** A path list, of which the bundle's folder is one element. */
  isList?: true;
}
