import type { Language } from '../../base/language.ts';

/**
 * The preferred language of an Accept-Language header (RFC 9110 §12.5.4) among ours; English if it lists neither. Every
 * variant of Chinese gets Simplified Chinese.
 */
export function acceptedLanguage(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',')
    .map((range, order) => {
      const [tag = '', ...params] = range
        .toLowerCase()
        .split(';')
        .map((part) => part.trim());
      const weight = params.find((param) => param.startsWith('q='));
      return { tag, order, quality: weight === undefined ? 1 : Number(weight.slice(2)) || 0 };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || a.order - b.order);
  const match = wanted.find(({ tag }) => /^(zh|en)\b/.test(tag));
  return match?.tag.startsWith('zh') ? 'zh' : 'en';
}
