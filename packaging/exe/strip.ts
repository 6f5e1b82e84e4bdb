/** Removes debugging information from an ELF file (System V ABI, 64 bits, little-endian), as `strip` does, for any architecture. */

const header = { sectionOffset: 0x28, sectionCount: 0x3c, nameSection: 0x3e };
const section = { size: 64, name: 0, type: 4, flags: 8, offset: 24, length: 32, link: 40, info: 44 };
const type = { none: 0, noBits: 8 };
const flag = { allocated: 0x2n, infoIsSection: 0x40n };

/** @throws Error if the file is not as expected: sections that are loaded at run time come first. */
export function strip(file: Buffer): Buffer {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) throw new Error('not a 64-bit ELF file');
  const at = Number(file.readBigUInt64LE(header.sectionOffset));
  const sections = Array.from({ length: file.readUInt16LE(header.sectionCount) }, (_, index) =>
    Buffer.from(file.subarray(at + index * section.size, at + (index + 1) * section.size)),
  );
  const isKept = (entry: Buffer): boolean =>
    entry.readUInt32LE(section.type) === type.none || (entry.readBigUInt64LE(section.flags) & flag.allocated) !== 0n;
  const kept = sections.filter(isKept);
  if (!sections.slice(0, kept.length).every(isKept)) throw new Error('sections that are not loaded come first');

  const names = sections[file.readUInt16LE(header.nameSection)]!;
  const nameTable = file.subarray(Number(names.readBigUInt64LE(section.offset))).subarray(0, lengthOf(names));
  const end = Math.max(...kept.map((entry) => Number(entry.readBigUInt64LE(section.offset)) + lengthOf(entry)));
  for (const entry of kept) {
    if (entry.readUInt32LE(section.link) >= kept.length) throw new Error('a loaded section needs one that is not');
    const infoIsSection = (entry.readBigUInt64LE(section.flags) & flag.infoIsSection) !== 0n;
    if (infoIsSection && entry.readUInt32LE(section.info) >= kept.length) throw new Error('a relocation of no section');
  }
  names.writeBigUInt64LE(BigInt(end), section.offset);
  const tableAt = Math.ceil((end + nameTable.length) / 8) * 8;
  const gap = Buffer.alloc(tableAt - end - nameTable.length);
  const stripped = Buffer.concat([file.subarray(0, end), nameTable, gap, ...kept, names]);
  stripped.writeBigUInt64LE(BigInt(tableAt), header.sectionOffset);
  stripped.writeUInt16LE(kept.length + 1, header.sectionCount);
  stripped.writeUInt16LE(kept.length, header.nameSection);
  return stripped;
}

function lengthOf(entry: Buffer): number {
  return entry.readUInt32LE(section.type) === type.noBits ? 0 : Number(entry.readBigUInt64LE(section.length));
}
