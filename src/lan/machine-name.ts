/** RFC 1035 §2.3.4. */
const longestLabel = 63;

/** This machine's name in its local network (RFC 6762), in lower case: `Studio.example.com` → `studio.local`. */
export function machineName(hostname: string): string {
  const label = hostname
    .split('.')[0]!
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestLabel)
    .replace(/^-+|-+$/g, '');
  return `${label === '' || label === 'localhost' ? 'everyhop' : label}.local`;
}

/** `studio.local`, 2 → `studio-2.local`. 1 leaves the name as it is. */
export function numbered(name: string, number: number): string {
  if (number === 1) return name;
  const suffix = `-${number}`;
  const label = name.replace(/\.local$/, '').slice(0, longestLabel - suffix.length);
  return `${label}${suffix}.local`;
}

/** A name that multicast DNS answers: one label below `local`. */
export function isLanName(host: string): boolean {
  return /^[^.*]+\.local$/.test(host);
}
