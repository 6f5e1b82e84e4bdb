import { fetchCode, nodeLibrary } from './shared/javascript.ts';

export default nodeLibrary('fetch', fetchCode);
