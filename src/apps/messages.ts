import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';

export const appsError = defineErrors({
  'apps.open-beside-https': {
    en: {
      meaning: 'The app behind {upstream} is also open at {urls}, without HTTPS.',
      cause: 'It listens on every address of this machine, so the network reaches it past Everyhop.',
      hint: 'Bind it to 127.0.0.1: {setting}',
    },
    zh: {
      meaning: '{upstream} 的应用也可以通过 {urls} 直接访问，没有 HTTPS。',
      cause: '它监听本机的所有地址，因此网络中的其他机器可以绕过 Everyhop 访问它。',
      hint: '请让它只监听 127.0.0.1：{setting}',
    },
  },
});

export const appsWords = defineWords({
  'apps.bind.known': { en: '{title} has {setting}', zh: '{title} 的设置为 {setting}' },
  'apps.bind.unknown': {
    en: 'in its settings, often --host 127.0.0.1; in a container, publish its port with -p 127.0.0.1:{port}:{port}',
    zh: '在其设置中修改，通常为 --host 127.0.0.1；若在容器中，请用 -p 127.0.0.1:{port}:{port} 发布端口',
  },
});
