/** The sitecustomize of the bundle: for Python libraries that read no variable. */
import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { mends } from '../support/outside.ts';
import { pythonOf, without } from '../support/tools.ts';
import { cleanEnvironment, runEveryhop, temporaryFolder } from '../support/up.ts';

const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

test(
  'certifi has the bundle under run; the program’s own sitecustomize and PYTHONPATH stay',
  { skip: without('pythonLibraries'), timeout: 60_000 },
  async (t) => {
    mends(t, 'trust/no-variable-reaches');
    const folder = await temporaryFolder(t, 'python-start');
    const state = path.join(folder, 'state');
    await runEveryhop(['certificates', 'obtain', 'localhost', '--state', state], folder);
    const own = path.join(folder, 'own');
    await mkdir(own);
    await writeFile(path.join(own, 'sitecustomize.py'), 'import sys\nsys.office = True\n');
    await writeFile(path.join(own, 'helper.py'), 'name = "helper"\n');
    const python = async (args: string[], env: Record<string, string> = {}): Promise<string[]> => {
      const command = [everyhop, 'run', '--state', state, '--', pythonOf('libraries'), ...args];
      const result = await execute(process.execPath, command, { env: { ...cleanEnvironment(folder), ...env } });
      assert.equal(result.stderr, '');
      return result.stdout.trim().split('\n');
    };
    const full = path.join(state, 'trust/full.pem');
    const show =
      'import certifi, sys; print(certifi.where()); print(certifi.contents().count("BEGIN") > 1); print(getattr(sys, "office", None))';
    assert.deepEqual(await python(['-c', show]), [full, 'True', 'None']);
    const withOwn = await python(
      ['-c', `${show}; import helper, sitecustomize; print(helper.name, sitecustomize.__file__)`],
      { PYTHONPATH: own },
    );
    assert.deepEqual(withOwn, [full, 'True', 'True', `helper ${path.join(own, 'sitecustomize.py')}`]);
    // -I and -E ignore PYTHONPATH: the library then has its own roots.
    assert.match((await python(['-I', '-c', show]))[0]!, /site-packages\/certifi\/cacert\.pem$/);
    // Nested runs do not repeat the folder; Python writes nothing into the bundle.
    const nested = [process.execPath, everyhop, 'run', '--state', state, '--', 'printenv', 'PYTHONPATH'];
    const outer = await execute(process.execPath, [everyhop, 'run', '--state', state, '--', ...nested], {
      env: { ...cleanEnvironment(folder), PYTHONPATH: own },
    });
    assert.equal(outer.stdout.trim(), `${path.join(state, 'trust/python')}:${own}`);
    assert.deepEqual((await readdir(path.join(state, 'trust/python'))).sort(), ['__pycache__', 'sitecustomize.py']);
    // Services and containers have their own PYTHONPATH.
    const systemd = await runEveryhop(['env', '--format', 'systemd', '--state', state], folder);
    assert.doesNotMatch(systemd.stdout, /PYTHONPATH/);
    assert.match(systemd.stdout, /HTTPLIB2_CA_CERTS=.*full\.pem/);
    const shell = await runEveryhop(['env', '--state', state], folder);
    assert.match(shell.stdout, /^export PYTHONPATH=/m);
  },
);
