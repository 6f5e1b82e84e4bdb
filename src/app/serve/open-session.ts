import { EveryhopError } from '../../base/errors.ts';
import { readArchive } from '../../certificates/archive.ts';
import { type StateOptions, StateSession } from '../state.ts';

const unusable = new Set(['store.lost', 'store.corrupt', 'store.too-new', 'store.root-differs']);

/**
 * Opens the state for the service. A store that is lost or damaged must not end it: the session then has a `problem`, and
 * the published certificates are served until the store is restored.
 * @param needsNoStore some sites have their certificates from files.
 * @throws EveryhopError `store.*` if nothing could be served.
 */
export async function openSession(folder: string, options: StateOptions, needsNoStore: boolean): Promise<StateSession> {
  const session = new StateSession(folder, options);
  try {
    await session.state();
    return session;
  } catch (error) {
    if (!(error instanceof EveryhopError) || !unusable.has(error.code)) throw error;
    if (!needsNoStore && (await readArchive(folder)).length === 0) throw error;
    return StateSession.spare(folder, error);
  }
}
