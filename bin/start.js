// Apart from everyhop.js: Node before version 10 does not parse import().
void import('./start.mjs');
