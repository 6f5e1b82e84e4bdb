/** Paths of Everyhop's own on sites with log-in; they hide the app's. */
export const logInPath = '/everyhop/login';
export const callbackPath = '/everyhop/callback';
export const logOutPath = '/everyhop/logout';

export function isLogInPath(path: string): boolean {
  return path === logInPath || path === callbackPath || path === logOutPath;
}
