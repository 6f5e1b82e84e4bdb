/**
 * Node's builds from version 25 on need libatomic.so.1 for one function, and a fresh Debian or Ubuntu has no such file
 * (https://github.com/nodejs/node/issues/60790). This adds the function to the executable and removes the need.
 */

import { Elf } from './elf.ts';

/** Machine code of the function, by ELF machine. Pointers are aligned, and V8 passes no size but 8 bytes. */
const functions = new Map([
  [
    62, // x86-64: rdi size, rsi object, rdx expected, rcx desired
    `f30f1efa    endbr64
     4883ff08    cmp $8, %rdi
     7512        jne 1f
     488b02      mov (%rdx), %rax
     488b09      mov (%rcx), %rcx
     f0480fb10e  lock cmpxchg %rcx, (%rsi)
     488902      mov %rax, (%rdx)
     0f94c0      sete %al
     c3          ret
     0f0b     1: ud2`,
  ],
  [
    183, // AArch64: x0 size, x1 object, x2 expected, x3 desired
    `5f2403d5    bti c
     1f2000f1    cmp x0, #8
     c1010054    b.ne 3f
     480040f9    ldr x8, [x2]
     690040f9    ldr x9, [x3]
     2afc5fc8 1: ldaxr x10, [x1]
     5f0108eb    cmp x10, x8
     a1000054    b.ne 2f
     29fc0bc8    stlxr w11, x9, [x1]
     8bffff35    cbnz w11, 1b
     20008052    mov w0, #1
     c0035fd6    ret
     5f3f03d5 2: clrex
     4a0000f9    str x10, [x2]
     00008052    mov w0, #0
     c0035fd6    ret
     200020d4 3: brk #1`,
  ],
]);
const jumpSlot = new Map([
  [62, 7],
  [183, 1026],
]);

/**
 * The function goes into the unused rest of the last page of code, and the table of imported functions points to it.
 * @param file an executable at fixed addresses; changed in place.
 * @throws Error if it imports anything else from libatomic.
 */
export function includeLibatomic(file: Buffer): void {
  const machine = file.readUInt16LE(0x12);
  const code = Buffer.from(functions.get(machine)!.replaceAll(/^ *([0-9a-f]+) .*$|\n/gm, '$1'), 'hex');
  const elf = new Elf(file);
  const name = '__atomic_compare_exchange';

  const imported = elf.imports().filter((each) => each.library === 'libatomic.so.1');
  const [symbol] = imported;
  if (imported.length !== 1 || symbol?.name !== name) {
    throw new Error(`from libatomic Node needs ${imported.map((each) => each.name).join(', ')}, not ${name}`);
  }
  const uses = elf.relocations().filter(({ at }) => file.readUInt32LE(at + 12) === symbol.index);
  if (uses.length !== 1 || file.readUInt32LE(uses[0]!.at + 8) !== jumpSlot.get(machine)) {
    throw new Error(`${name} is not imported as a function only`);
  }

  const address = elf.appendCode(code);
  const use = uses[0]!.at;
  const slot = elf.offsetOf(Number(file.readBigUInt64LE(use)));
  file.writeBigUInt64LE(BigInt(address), slot);
  file.fill(0, use + 8, use + 24); // R_*_NONE
  elf.forget('libatomic.so.1', symbol.index);
}
