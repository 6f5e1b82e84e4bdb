/** Reads and changes the few parts of an ELF file that an executable needs less of, or more. */
const tag = { needed: 1, stringTable: 5, symbolTable: 6, relocations: 7, relocationsSize: 8, versions: 0x6ffffff0 };
const pltTag = { size: 2, table: 23 };
const needTag = { table: 0x6ffffffe, count: 0x6fffffff };

/** The parts of a 64-bit little-endian ELF executable that the dynamic linker reads (System V ABI, chapter 5). */
export class Elf {
  readonly #file: Buffer;
  readonly #segments: { at: number; type: number; flags: number; offset: number; address: number; size: number }[];

  constructor(file: Buffer) {
    const executable = 2;
    if (
      file.readUInt32BE(0) !== 0x7f454c46 ||
      file[4] !== 2 ||
      file[5] !== 1 ||
      file.readUInt16LE(0x10) !== executable
    ) {
      throw new Error('not a 64-bit ELF executable at fixed addresses');
    }
    this.#file = file;
    const table = this.#number(0x20);
    this.#segments = Array.from({ length: file.readUInt16LE(0x38) }, (_, index) => {
      const at = table + index * 56;
      return {
        at,
        type: file.readUInt32LE(at),
        flags: file.readUInt32LE(at + 4),
        offset: this.#number(at + 8),
        address: this.#number(at + 16),
        size: this.#number(at + 32),
      };
    });
  }

  offsetOf(address: number): number {
    const segment = this.#loaded().find((each) => address >= each.address && address < each.address + each.size);
    if (segment === undefined) throw new Error(`address ${address} is not in the file`);
    return address - segment.address + segment.offset;
  }

  /** Symbols that the program takes from libraries. */
  imports(): { index: number; name: string; library: string | undefined }[] {
    const libraries = new Map(this.#needs().flatMap(({ library, versions }) => versions.map((id) => [id, library])));
    const symbols = this.#dynamicOffset(tag.symbolTable);
    const versions = this.#dynamicOffset(tag.versions);
    const found = [];
    // The hash table leaves out undefined symbols, which come first.
    for (let index = 1; this.#file.readUInt16LE(symbols + index * 24 + 6) === 0; index += 1) {
      const name = this.#string(this.#file.readUInt32LE(symbols + index * 24));
      found.push({ index, name, library: libraries.get(this.#file.readUInt16LE(versions + index * 2)) });
    }
    return found;
  }

  relocations(): { at: number }[] {
    const entries = (table: number, size: number): { at: number }[] =>
      Array.from({ length: size / 24 }, (_, index) => ({ at: table + index * 24 }));
    return [
      ...entries(this.#dynamicOffset(tag.relocations), this.#dynamicValue(tag.relocationsSize)),
      ...entries(this.#dynamicOffset(pltTag.table), this.#dynamicValue(pltTag.size)),
    ];
  }

  /** @returns its address. */
  appendCode(code: Buffer): number {
    const executable = 1;
    const segments = this.#loaded();
    const at = segments.findIndex(({ flags }) => (flags & executable) !== 0);
    const segment = segments[at]!;
    const offset = Math.ceil((segment.offset + segment.size) / 16) * 16;
    const end = offset + code.length;
    if (end > segments[at + 1]!.offset || this.#file.subarray(offset, end).some((byte) => byte !== 0)) {
      throw new Error('no room after the code');
    }
    code.copy(this.#file, offset);
    // Both sizes of the segment, and of its last section: tools move only what a section covers.
    for (const size of [segment.at + 32, segment.at + 40]) this.#write(size, end - segment.offset);
    for (const section of this.#sections()) {
      const start = this.#number(section + 24);
      if (start + this.#number(section + 32) === segment.offset + segment.size) this.#write(section + 32, end - start);
    }
    return offset - segment.offset + segment.address;
  }

  /** Removes a library from the list of needed ones. @param symbol its only symbol, which no relocation uses. */
  forget(library: string, symbol: number): void {
    const entries = this.#dynamic().filter(({ type, value }) => type !== tag.needed || this.#string(value) !== library);
    const needs = this.#needs();
    const need = needs.findIndex((each) => each.library === library);
    const table = this.#sections().find((section) => this.#number(section + 24) === needs[0]!.at)!;
    this.#file.writeUInt32LE(needs.length - 1, table + 44);
    if (need === 0) {
      const skipped = needs[1]!.at - needs[0]!.at;
      entries.find(({ type }) => type === needTag.table)!.value += skipped;
      for (const field of [16, 24]) this.#write(table + field, this.#number(table + field) + skipped);
      this.#write(table + 32, this.#number(table + 32) - skipped);
    } else {
      const next = needs[need + 1];
      this.#file.writeUInt32LE(next === undefined ? 0 : next.at - needs[need - 1]!.at, needs[need - 1]!.at + 12);
    }
    entries.find(({ type }) => type === needTag.count)!.value -= 1;
    const unversioned = 1;
    this.#file.writeUInt16LE(unversioned, this.#dynamicOffset(tag.versions) + symbol * 2);
    const { offset } = this.#dynamicSegment();
    for (const [index, { type, value }] of [...entries, { type: 0, value: 0 }].entries()) {
      this.#write(offset + index * 16, type);
      this.#write(offset + index * 16 + 8, value);
    }
  }

  /** Libraries, and the identifiers of the versions of symbols that the program takes from each. */
  #needs(): { at: number; library: string; versions: number[] }[] {
    const found = [];
    let at = this.#dynamicOffset(needTag.table);
    for (let left = this.#dynamicValue(needTag.count); left > 0; left -= 1) {
      const versions: number[] = [];
      let version = at + this.#file.readUInt32LE(at + 8);
      for (let each = this.#file.readUInt16LE(at + 2); each > 0; each -= 1) {
        versions.push(this.#file.readUInt16LE(version + 6));
        version += this.#file.readUInt32LE(version + 12);
      }
      found.push({ at, library: this.#string(this.#file.readUInt32LE(at + 4)), versions });
      at += this.#file.readUInt32LE(at + 12);
    }
    return found;
  }

  #dynamic(): { type: number; value: number }[] {
    const { offset, size } = this.#dynamicSegment();
    const all = Array.from({ length: size / 16 }, (_, index) => ({
      type: this.#number(offset + index * 16),
      value: this.#number(offset + index * 16 + 8),
    }));
    return all.slice(
      0,
      all.findIndex(({ type }) => type === 0),
    );
  }

  #dynamicValue(type: number): number {
    return this.#dynamic().find((entry) => entry.type === type)!.value;
  }

  #dynamicOffset(type: number): number {
    return this.offsetOf(this.#dynamicValue(type));
  }

  #dynamicSegment(): { offset: number; size: number } {
    const dynamic = 2;
    return this.#segments.find(({ type }) => type === dynamic)!;
  }

  #sections(): number[] {
    return Array.from({ length: this.#file.readUInt16LE(0x3c) }, (_, index) => this.#number(0x28) + index * 64);
  }

  #loaded(): { at: number; flags: number; offset: number; address: number; size: number }[] {
    const loaded = 1;
    return this.#segments.filter(({ type }) => type === loaded);
  }

  #string(index: number): string {
    const at = this.#dynamicOffset(tag.stringTable) + index;
    return this.#file.toString('latin1', at, this.#file.indexOf(0, at));
  }

  #number(at: number): number {
    return Number(this.#file.readBigUInt64LE(at));
  }

  #write(at: number, value: number): void {
    this.#file.writeBigUInt64LE(BigInt(value), at);
  }
}
