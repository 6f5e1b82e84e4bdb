import type { handoutWords } from './messages.ts';

type Key = keyof typeof handoutWords.texts;

/** A kind of device or program, with its own way to trust a root. */
export interface Device {
  /** As the page's script detects it. */
  id: 'ios' | 'android' | 'windows' | 'macos' | 'linux' | 'firefox';
  title: Key;
  downloads: readonly ('profile' | 'crt' | 'pem')[];
  /** One step a line. */
  steps: Key;
  note?: Key;
  remove: Key;
}

export const devices: readonly Device[] = [
  {
    id: 'ios',
    title: 'handout.ios',
    downloads: ['profile'],
    steps: 'handout.ios.steps',
    note: 'handout.ios.note',
    remove: 'handout.ios.remove',
  },
  {
    id: 'android',
    title: 'handout.android',
    downloads: ['crt'],
    steps: 'handout.android.steps',
    note: 'handout.android.note',
    remove: 'handout.android.remove',
  },
  {
    id: 'windows',
    title: 'handout.windows',
    downloads: ['crt'],
    steps: 'handout.windows.steps',
    note: 'handout.windows.note',
    remove: 'handout.windows.remove',
  },
  {
    id: 'macos',
    title: 'handout.macos',
    downloads: ['crt'],
    steps: 'handout.macos.steps',
    note: 'handout.macos.note',
    remove: 'handout.macos.remove',
  },
  {
    id: 'linux',
    title: 'handout.linux',
    downloads: ['pem'],
    steps: 'handout.linux.steps',
    note: 'handout.linux.note',
    remove: 'handout.linux.remove',
  },
  {
    id: 'firefox',
    title: 'handout.firefox',
    downloads: ['crt'],
    steps: 'handout.firefox.steps',
    remove: 'handout.firefox.remove',
  },
];
