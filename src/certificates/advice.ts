import { momentInWindow } from '../acme/renewal-info.ts';
import type { Random } from '../base/random.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { inList } from '../store/in-list.ts';
import type { Advice, Silence } from './issuer.ts';

/** An authority's renewal advice for a generation, and the renewal time drawn from it. Kept across restarts. */
export interface StoredAdvice {
  generation: string;
  window: { startMs: number; endMs: number } | undefined;
  /** Undefined: no advice; the certificate's lifetime decides. */
  renewAtMs: number | undefined;
  explanationUrl: string | undefined;
  askAgainMs: number;
}

/** After a query without an answer, unless the authority says when to ask again. */
const silentRetryMs = 6 * 60 * 60 * 1000;

/**
 * The advice to store. The renewal time is drawn once per window (RFC 9773 §4.2), and again only when the window
 * changes. Without an answer, the former advice stays.
 */
export function adviceFrom(
  generation: string,
  advice: Advice | Silence | undefined,
  former: StoredAdvice | undefined,
  nowMs: number,
  random: Random,
): StoredAdvice {
  if (!advice || 'isSilent' in advice) {
    const nothing = { generation, window: undefined, renewAtMs: undefined, explanationUrl: undefined };
    return { ...(former ?? nothing), askAgainMs: nowMs + (advice?.retryAfterMs ?? silentRetryMs) };
  }
  const { window, explanationUrl } = advice;
  const isSame = window?.startMs === former?.window?.startMs && window?.endMs === former?.window?.endMs;
  const renewAtMs = isSame ? former?.renewAtMs : undefined;
  return {
    generation,
    window,
    renewAtMs: renewAtMs ?? (window && momentInWindow(window, random)),
    explanationUrl,
    askAgainMs: nowMs + advice.retryAfterMs,
  };
}

/** Maximum time between two queries. */
const longestSilenceMs = 24 * 60 * 60 * 1000;

/** Also true if the next query lies farther ahead than possible: the clock has been set back since. */
export function isAdviceDue({ askAgainMs }: StoredAdvice, nowMs: number): boolean {
  return nowMs >= askAgainMs || askAgainMs > nowMs + longestSilenceMs;
}

interface Row {
  generation: string;
  window_start_ms: number | null;
  window_end_ms: number | null;
  renew_at_ms: number | null;
  explanation_url: string | null;
  ask_again_ms: number;
}

/** By generation; generations without advice are absent. @param generations at most a few hundred. */
export async function readAdvice(
  database: DatabaseReader,
  generations: readonly string[],
): Promise<Map<string, StoredAdvice>> {
  if (generations.length === 0) return new Map();
  const { list, params } = inList(generations);
  const rows = await database.query<Row>(`SELECT * FROM renewal_advice WHERE generation IN (${list})`, params);
  return new Map(rows.map((row) => [row.generation, fromRow(row)]));
}

function fromRow(row: Row): StoredAdvice {
  const { window_start_ms: startMs, window_end_ms: endMs } = row;
  return {
    generation: row.generation,
    window: startMs === null || endMs === null ? undefined : { startMs, endMs },
    renewAtMs: row.renew_at_ms ?? undefined,
    explanationUrl: row.explanation_url ?? undefined,
    askAgainMs: row.ask_again_ms,
  };
}

export async function writeAdvice(database: Database, advice: StoredAdvice): Promise<void> {
  const { generation, window, renewAtMs, explanationUrl, askAgainMs } = advice;
  await database.transaction(async (inner) => {
    await inner.query('DELETE FROM renewal_advice WHERE generation = $1', [generation]);
    await inner.query(
      `INSERT INTO renewal_advice (generation, window_start_ms, window_end_ms, renew_at_ms, explanation_url, ask_again_ms)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        generation,
        window?.startMs ?? null,
        window?.endMs ?? null,
        renewAtMs ?? null,
        explanationUrl ?? null,
        askAgainMs,
      ],
    );
  });
}
