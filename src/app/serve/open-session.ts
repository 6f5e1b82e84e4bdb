import { EveryhopError } from '../../base/errors.ts';
import { type StateOptions, StateSession } from '../state.ts';

const unusable = new Set(['store.lost', 'store.corrupt', 'store.too-new', 'store.root-differs']);

/**
 * Opens the state for the service. A store that is lost or damaged must not end it: the session then has a `problem`, and
 * the published certificates are served until the store is restored.
 */
export async function openSession(folder: string, options: StateOptions): Promise<StateSession> {
  const session = new StateSession(folder, options);
  try {
    await session.state();
    return session;
  } catch (error) {
    if (!(error instanceof EveryhopError) || !unusable.has(error.code)) throw error;
    return StateSession.spare(folder, error);
  }
}
