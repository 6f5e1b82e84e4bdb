/** CPU time of this process so far, ms. Other programs on a busy machine do not count, unlike with a clock. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
