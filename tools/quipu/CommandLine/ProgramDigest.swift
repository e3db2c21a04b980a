internal import EventStore

/// Which program this is: what a snapshot names, for no other program may read it.
enum ProgramDigest {
  /// SHA-256 of the running program's file, in hexadecimal. Reads it once, some hundredths of a second.
  static func read() throws(SystemError) -> String {
    let disk = SystemDisk()
    let file = try disk.open("/proc/self/exe", .read, mode: 0)
    defer { disk.close(file) }
    let bytes = try disk.map(file, count: try disk.facts(file).size)
    return bytes.withBytes(0..<bytes.count) { Digest(hashing: $0) }.hex
  }
}
