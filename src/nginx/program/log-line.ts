/** A message of nginx, in its log or on standard error. */
export interface LogLine {
  /** `emerg`, `alert`, `crit`, `error`, `warn`, `notice`, `info` or `debug`. */
  level: string;
  /** Without time, process and place. */
  text: string;
  /** The process that wrote it, if given. */
  pid?: number;
  /** The place in the configuration, if given. */
  file?: string;
  line?: number;
}

/**
 * Parses a line of nginx: `nginx: [emerg] text in FILE:LINE` on standard error, or
 * `2026/01/31 12:00:00 [error] PID#THREAD: *CONNECTION text` in a log. Returns undefined for any other line.
 */
export function parseLogLine(whole: string): LogLine | undefined {
  const match = /^(?:nginx: |\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )\[(\w+)\] (?:(\d+)#\d+: )?(.*)$/.exec(whole);
  if (!match) return undefined;
  const [, level, pid, message] = match;
  const place = /^(.*) in (.+):(\d+)$/.exec(message!);
  return {
    level: level!,
    text: place ? place[1]! : message!,
    ...(pid === undefined ? {} : { pid: Number(pid) }),
    ...(place ? { file: place[2]!, line: Number(place[3]) } : {}),
  };
}

export function parseLog(text: string): LogLine[] {
  return text
    .split('\n')
    .map(parseLogLine)
    .filter((line) => line !== undefined);
}
