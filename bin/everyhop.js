#!/usr/bin/env node
// CommonJS in old syntax: an old Node prints this message instead of a SyntaxError.
/* eslint-disable no-var */
var version = process.versions.node.split('.').map(Number);
if (version[0] < 24 || (version[0] === 24 && version[1] < 12)) {
  var inCheckout = require('fs').existsSync(__dirname + '/../src');
  var args = process.argv.slice(2).map(function (word) {
    return /^[\w./:=@%+,-]+$/.test(word) ? word : "'" + word.replace(/'/g, "'\\''") + "'";
  });
  var start = inCheckout ? ['npm run -s everyhop --'] : ['npx -p node@24 -p everyhop everyhop'];
  var command = start.concat(args).join(' ');
  var chinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '');
  process.stderr.write(
    chinese
      ? 'Everyhop 需要 Node 24.12 或更高版本，而当前是 Node ' +
          process.versions.node +
          '；保留当前版本也能运行：' +
          command +
          '\n'
      : 'Everyhop needs Node 24.12 or newer, but this is Node ' +
          process.versions.node +
          '; to start it with a newer one: ' +
          command +
          '\n',
  );
  process.exitCode = 2;
} else {
  module.exports = require('./start.js');
}
