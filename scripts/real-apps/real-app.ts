import type { TestContext } from 'node:test';
import type { BrowserContext } from 'playwright-core';
import type { Program } from './program.ts';

/** Where a visitor finds an app. */
export interface Place {
  /** Without a slash at the end. */
  url: string;
  /** The root that the visitor trusts, PEM. */
  rootFile: string;
  /** A browser that trusts that root. */
  browser(): Promise<BrowserContext>;
}

export interface RealApp {
  title: string;
  /** Under a path: whether the route strips it, and what the app is started with besides ('' for nothing). */
  underPath: { stripPath: boolean; setting: string };
  /** Installs it, once. */
  install(): Promise<InstalledApp>;
}

export interface InstalledApp {
  version: string;
  /** @param prefix the path under which it is published, for its own setting; undefined: without the setting. */
  start(t: TestContext, prefix: string | undefined): Promise<Pick<Program, 'url'>>;
  /** Uses it as a person or its own client does. @returns what was done. @throws at the first thing that fails */
  visit(t: TestContext, place: Place): Promise<string>;
}
