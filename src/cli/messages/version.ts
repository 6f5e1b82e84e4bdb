import type { WordTexts } from '../../base/language.ts';

export const versionTexts = {
  'version.shown': {
    en: '{version} ({installation}, Node {node}, {platform})',
    zh: '{version}（{installation}，Node {node}，{platform}）',
  },
  'version.checkout': { en: 'source checkout', zh: '源码目录' },
  'version.npm': { en: 'npm package', zh: 'npm 包' },
  'version.npx': { en: 'npx', zh: 'npx' },
  'version.executable': { en: 'single executable', zh: '单文件程序' },
  'version.debian': { en: 'Debian package', zh: 'Debian 软件包' },
} satisfies WordTexts;
