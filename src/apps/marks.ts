/** Helpers for marks that several profiles use. */
import type { AppAnswer, Mark } from './profile.ts';

/** Matches the title of the start page. */
export function titled(title: RegExp): Mark {
  return { path: '/', isIn: (answer) => title.test(answer.title) };
}

export function isGradio({ body }: AppAnswer): boolean {
  return /\bwindow\.gradio_config\s*=/.test(body);
}

export function has(json: unknown, name: string): boolean {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name);
}

/** Title and paths of an OpenAPI document (3.x §4.8.1); empty for anything else. */
export function openApi(json: unknown): { title: string; paths: string[] } {
  const { info, paths } = (json ?? {}) as { info?: { title?: unknown }; paths?: unknown };
  const title = typeof info?.title === 'string' ? info.title : '';
  return { title, paths: typeof paths === 'object' && paths !== null ? Object.keys(paths) : [] };
}

/** The owners of the models in a response of OpenAI's `/v1/models`. */
export function modelOwners(json: unknown): unknown[] {
  const data = (json as { data?: unknown } | undefined)?.data;
  return Array.isArray(data) ? data.map((model) => (model as { owned_by?: unknown } | null)?.owned_by) : [];
}
