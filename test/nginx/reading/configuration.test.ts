import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { EveryhopError } from '../../../src/base/errors.ts';
import { readConfiguration } from '../../../src/nginx/reading/configuration.ts';
import { differenceToDump } from '../../../src/nginx/reading/cross-check.ts';
import { disk, overlay } from '../../../src/nginx/reading/files.ts';
import { flatten } from '../../../src/nginx/reading/flatten.ts';
import { childrenOf, type Configuration, placeOf, walk } from '../../../src/nginx/reading/located.ts';
import { readingError } from '../../../src/nginx/reading/messages.ts';
import { nginxConf, nginxFolder, nginxProgram } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { cleanEnvironment } from '../../support/up.ts';
import { around, nginxSays } from './oracle.ts';

const skip = without('nginx');

async function read(folder: string, main = 'nginx.conf', files = disk): Promise<Configuration> {
  return readConfiguration({ main: path.join(folder, main), prefix: folder, files });
}

function dump(folder: string): Buffer {
  const args = ['-T', '-p', folder, '-c', path.join(folder, 'nginx.conf')];
  return execFileSync(nginxProgram, args, { env: cleanEnvironment(folder), stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Unusual but valid files. */
async function oddFolder(t: TestContext): Promise<string> {
  const folder = await nginxFolder(t, {
    'nginx.conf': nginxConf(
      'include mime.types;\r\ninclude "conf.d/*.conf" ; include sites-enabled/*;\ninclude nothing/*.here;' +
        'map $host $x { include ma?s/[!b]*.map; default "}"; }\nserver { listen 127.0.0.1:1; include common.inc; }',
    ),
    'mime.types': 'types { text/html html; }',
    'conf.d/b.conf': '# no end of line, and \xff bytes: \xe4\xb8\xad',
    'conf.d/a.conf': 'server { listen 127.0.0.1:2; include common.inc; include /dev/nul[l]; }\r\n\r\n',
    'conf.d/.hidden.conf': 'refused {',
    'conf.d/other.txt': 'refused {',
    'conf.d/Z.conf': '',
    'maps/a.map': '\xef\xbb\xbfkey "a; b";\n',
    'maps/b.map': 'refused {',
    'sites-available/one': 'server { listen 127.0.0.1:3; include\ncommon.inc\n; }',
    'common.inc': 'location / { include deep.inc; } # end',
    'deep.inc': 'return 204;',
  });
  await mkdir(path.join(folder, 'sites-enabled'));
  await symlink('../sites-available/one', path.join(folder, 'sites-enabled/one'));
  return folder;
}

test('reads the same files and bytes in the same order as nginx', { skip }, async (t) => {
  const folder = await oddFolder(t);
  const configuration = await read(folder);
  assert.deepEqual(
    configuration.files.map((file) => path.relative(folder, file.path)),
    [
      'nginx.conf',
      'mime.types',
      'conf.d/Z.conf',
      'conf.d/a.conf',
      'common.inc',
      'deep.inc',
      path.relative(folder, '/dev/null'),
      'conf.d/b.conf',
      'sites-enabled/one',
      'maps/a.map',
    ],
  );
  assert.equal(differenceToDump(configuration, dump(folder)), undefined);
  const relative = await readConfiguration({ main: 'nginx.conf', prefix: folder });
  assert.equal(differenceToDump(relative, dump(folder)), undefined);
});

test('reports a difference from the files that nginx reads', { skip }, async (t) => {
  const folder = await oddFolder(t);
  const theirs = dump(folder);
  const change = async (name: string, from: string, to: string | undefined): Promise<object | undefined> => {
    const file = path.join(folder, name);
    const text = (await disk.read(file)).replace(from, to ?? '');
    return differenceToDump(
      await read(folder, 'nginx.conf', overlay(disk, new Map([[file, to === undefined ? to : text]]))),
      theirs,
    );
  };
  const at = (name: string): string => path.join(folder, name);
  assert.deepEqual(await change('conf.d/a.conf', '127.0.0.1:2', '127.0.0.1:9'), {
    file: at('conf.d/a.conf'),
    line: 1,
    ours: 'server { listen 127.0.0.1:9; include common.inc; include /dev/nul[l]; }\r',
    theirs: 'server { listen 127.0.0.1:2; include common.inc; include /dev/nul[l]; }\r',
  });
  assert.deepEqual(await change('conf.d/b.conf', '', undefined), {
    file: at('sites-enabled/one'),
    line: 0,
    ours: `# configuration file ${at('sites-enabled/one')}:`,
    theirs: `# configuration file ${at('conf.d/b.conf')}:`,
  });
  assert.deepEqual(await change('maps/a.map', '";\n', '";'), {
    file: at('maps/a.map'),
    line: 2,
    ours: '',
    theirs: '',
  });
  assert.equal(differenceToDump(await read(folder), theirs.subarray(0, -3))?.file, at('maps/a.map'));
  assert.equal(differenceToDump(await read(folder), Buffer.concat([theirs, Buffer.from('more')]))?.theirs, 'more');
});

test('merges all includes into one equivalent file, with the origin of each line', { skip }, async (t) => {
  const folder = await oddFolder(t);
  const configuration = await read(folder);
  const flat = flatten(configuration);
  const again = await read(
    folder,
    'nginx.conf',
    overlay(disk, new Map([[path.join(folder, 'nginx.conf'), flat.text]])),
  );
  const words = (one: Configuration): string[] =>
    [...walk(one)]
      .filter(({ directive }) => directive.name.text !== 'include' || directive.args[0]!.text.startsWith('/dev'))
      .map(({ directive, parents }) =>
        [
          ...parents.map((each) => each.directive.name.text),
          directive.name.text,
          ...directive.args.map(({ text }) => text),
        ].join(' '),
      );
  assert.deepEqual(
    words(again),
    words(configuration).filter((each) => !each.includes('/dev')),
  );
  assert.equal((await nginxSays(folder, '.everyhop-check', flat.text)).accepted, true);

  const lines = flat.text.split('\n');
  for (const [needle, file, line] of [
    ['return 204', 'deep.inc', 1],
    ['# end', 'common.inc', 1],
    ['127.0.0.1:3', 'sites-enabled/one', 1],
    ['key', 'maps/a.map', 1],
    [
      '127.0.0.1:1;',
      'nginx.conf',
      (await disk.read(path.join(folder, 'nginx.conf')))
        .split('\n')
        .findIndex((each) => each.includes('127.0.0.1:1;')) + 1,
    ],
  ] as const) {
    const number = lines.findIndex((each) => each.includes(needle)) + 1;
    assert.deepEqual(flat.placeOf(number), { file: path.join(folder, file), line }, needle);
  }
  const last = lines.length - 1;
  assert.equal(lines[last - 1], '');
  assert.equal(flat.placeOf(last - 1).file, configuration.main.path);
});

test('lists included directives in place, each with its file', async (t) => {
  const folder = await nginxFolder(t, {
    'nginx.conf': 'http {\n include a.inc;\n server { include a.inc; }\n}',
    'a.inc': 'one;\n  two { three; }',
  });
  const configuration = await read(folder);
  const [http] = childrenOf(configuration);
  assert.deepEqual(
    childrenOf(http!).map(({ directive }) => directive.name.text),
    ['include', 'one', 'two', 'server'],
  );
  const seen = [...walk(configuration)].map((each) => {
    const { line, column } = placeOf(each);
    const parents = each.parents.map(({ directive }) => directive.name.text).join('/');
    return `${parents}/${each.directive.name.text} ${path.basename(each.file.path)}:${line}:${column}`;
  });
  assert.deepEqual(seen, [
    '/http nginx.conf:1:1',
    'http/include nginx.conf:2:2',
    'http/one a.inc:1:1',
    'http/two a.inc:2:3',
    'http/two/three a.inc:2:9',
    'http/server nginx.conf:3:2',
    'http/server/include nginx.conf:3:11',
    'http/server/one a.inc:1:1',
    'http/server/two a.inc:2:3',
    'http/server/two/three a.inc:2:9',
  ]);
});

test('applies a planned edit to the target of a link, and finds a planned file by a pattern', async (t) => {
  const folder = await oddFolder(t);
  const at = (name: string): string => path.join(folder, name);
  const files = overlay(
    disk,
    new Map([
      [at('sites-available/one'), 'planned one;'],
      [at('conf.d/Y.conf'), 'planned two;'],
      [at('conf.d/.none.conf'), 'refused {'],
      [at('conf.d/b.conf'), undefined],
    ]),
  );
  const { files: seen } = await read(folder, 'nginx.conf', files);
  const texts = new Map(seen.map((file) => [path.relative(folder, file.path), file.text]));
  assert.equal(texts.get('sites-enabled/one'), 'planned one;');
  assert.deepEqual(
    [...texts.keys()].filter((name) => name.startsWith('conf.d/')),
    ['conf.d/Y.conf', 'conf.d/Z.conf', 'conf.d/a.conf'],
  );
});

test('reports an unreadable file at its include', async (t) => {
  const folder = await nginxFolder(t, {
    'missing.conf': 'a;\nhttp {\n\tinclude sites/gone.conf; }',
    'cycle.conf': 'include one.inc;',
    'one.inc': 'x { include two.inc; }',
    'two.inc': 'y;\n include one.inc;',
    'self.conf': 'include s*.conf;',
    'folder.conf': 'include conf.d/*;',
    'conf.d/old/x.conf': '',
    'bom.conf': '\xef\xbb\xbfevents {}',
    'late-bom.conf': 'a;\nhttp { include bom.conf; }',
    'bom-alone.conf': '\xef\xbb\xbf\n',
    'name.conf': 'include "sites/\xff.conf";',
    'nul.conf': 'include "a\0b";',
    'syntax.conf': 'include broken.inc;',
    'broken.inc': 'a {\n}\n}',
    'fifo.conf': 'include pipe;',
  });
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  await symlink('gone', path.join(folder, 'dangling'));
  const at = (file: string, line: number, column: number): object => ({ file: path.join(folder, file), line, column });
  for (const [main, code, place] of [
    ['none.conf', 'nginx.configuration-missing', undefined],
    ['missing.conf', 'nginx.include-missing', at('missing.conf', 3, 2)],
    ['cycle.conf', 'nginx.include-endless', at('two.inc', 2, 2)],
    ['self.conf', 'nginx.include-endless', at('self.conf', 1, 1)],
    ['folder.conf', 'nginx.include-unreadable', at('folder.conf', 1, 1)],
    ['fifo.conf', 'nginx.include-unreadable', at('fifo.conf', 1, 1)],
    ['bom.conf', 'nginx.byte-order-mark', at('bom.conf', 1, 1)],
    ['late-bom.conf', 'nginx.byte-order-mark', at('bom.conf', 1, 1)],
    ['bom-alone.conf', 'nginx.byte-order-mark', at('bom-alone.conf', 1, 1)],
    ['name.conf', 'nginx.path-bytes', at('name.conf', 1, 1)],
    ['nul.conf', 'nginx.path-bytes', at('nul.conf', 1, 1)],
    ['syntax.conf', 'nginx.syntax', at('broken.inc', 3, 1)],
  ] as const) {
    await assert.rejects(read(folder, main), (error) => {
      assert.ok(error instanceof EveryhopError, String(error));
      assert.deepEqual([error.code, error.place], [code, place], main);
      return true;
    });
  }
});

test('rejects includes that multiply exponentially', async (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`${index}.inc`, `include ${index + 1}.inc; include ${index + 1}.inc;`]),
  );
  const folder = await nginxFolder(t, { ...files, '30.inc': '' });
  await assert.rejects(read(folder, '0.inc'), (error) => readingError.is(error, 'nginx.include-endless'));
});

test(
  'agrees with nginx on byte order marks, and on a folder, a loop and a missing file among the includes',
  { skip },
  async (t) => {
    const folder = await nginxFolder(t, {
      'bom.inc': '\xef\xbb\xbfmap a b;',
      'map.inc': '\xef\xbb\xbfa b;',
      'types.inc': '\xef\xbb\xbfa b;',
      'geo.inc': '\xef\xbb\xbf1.2.3.4 b;',
      'conf.d/sub/x': '',
      'loop.inc': 'include loop.inc;',
    });
    await mkdir(path.join(folder, 'empty'));
    await chmod(path.join(folder, 'empty'), 0o755);
    for (const [http, accepted] of [
      ['include bom.inc;', false],
      ['map $host $x { include map.inc; }', true],
      ['types { include types.inc; }', true],
      ['geo $x { include geo.inc; }', false],
      ['include conf.d/*;', false],
      ['include empty/*;', true],
      ['include empty/a[b;', true],
      ['include empty/a;', false],
      ['include loop.inc;', false],
    ] as const) {
      const text = around(http);
      assert.equal((await nginxSays(folder, 'nginx.conf', text)).accepted, accepted, http);
      const ours = await read(folder).then(
        () => true,
        (error: unknown) => (error instanceof EveryhopError ? false : Promise.reject(error)),
      );
      assert.equal(ours, accepted, http);
    }
  },
);
