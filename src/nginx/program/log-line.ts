/** What nginx reports, in a log or on standard error. */
export interface LogLine {
  /** `emerg`, `alert`, `crit`, `error`, `warn`, `notice`, `info` or `debug`. */
  level: string;
  /** Without time, process and place. */
  text: string;
  /** Of the process that wrote it, where the line says so. */
  pid?: number;
  /** The place in the configuration that it is about, if it is. */
  file?: string;
  line?: number;
}

/**
 * Reads one line as nginx writes it: `nginx: [emerg] text in FILE:LINE` on standard error, and
 * `2026/01/31 12:00:00 [error] PID#THREAD: *CONNECTION text` in a log. Undefined for anything else.
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
