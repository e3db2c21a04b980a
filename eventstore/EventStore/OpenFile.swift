/// An open file or directory that closes itself, and goes on where one system call stops short.
struct OpenFile: ~Copyable {
  let disk: any Disk
  let descriptor: Descriptor
  /// How errors name it: relative to the ledger directory where it is inside.
  let name: String
  /// For an archived segment: what its bytes are before compression, and those are what is read.
  let frames: ArchiveFrames?

  init(
    _ path: String, named name: String, _ access: Access, mode: UInt16 = 0o644,
    frames: ArchiveFrames? = nil, on disk: any Disk
  ) throws(LogError) {
    self.disk = disk
    self.name = name
    self.frames = frames
    do {
      self.descriptor = try uninterrupted { () throws(SystemError) in
        try disk.open(path, access, mode: mode)
      }
    } catch {
      throw LogError(error, name, isWriting: access != .read)
    }
  }

  deinit {
    disk.close(descriptor)
  }

  /// What it is; of an archived segment the size is that of the lines in it.
  var facts: FileFacts {
    get throws(LogError) {
      var facts = try storedFacts
      if let frames { facts.size = frames.size }
      return facts
    }
  }

  /// What lies on the disk.
  var storedFacts: FileFacts {
    get throws(LogError) {
      try uninterrupted(name) { () throws(SystemError) in try disk.facts(descriptor) }
    }
  }

  /// Reads into `bytes[place]` from `offset` until it is full or the file ends; how many bytes.
  func read(into bytes: inout [UInt8], _ place: Range<Int>, from offset: Int) throws(LogError)
    -> Int
  {
    if let frames { return try frames.read(into: &bytes, place, from: offset, of: self) }
    return try readStored(into: &bytes, place, from: offset)
  }

  /// As `read`, of the bytes that lie on the disk.
  func readStored(
    into bytes: inout [UInt8], _ place: Range<Int>, from offset: Int
  ) throws(LogError) -> Int {
    var done = 0
    while done < place.count {
      let count: Int
      do {
        count = try disk.read(
          descriptor, into: &bytes, (place.lowerBound + done)..<place.upperBound,
          from: offset + done)
      } catch {
        if error.number == ErrorNumber.interrupted { continue }
        throw LogError(error, name)
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Up to `count` bytes from `offset`.
  func read(_ count: Int, from offset: Int) throws(LogError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = try read(into: &bytes, 0..<count, from: offset)
    bytes.removeSubrange(got...)
    return bytes
  }

  /// Writes all of `bytes` at `offset`.
  func write(_ bytes: Span<UInt8>, at offset: Int) throws(SystemError) {
    try disk.writeAll(descriptor, bytes, at: offset)
  }

  func syncData() throws(SystemError) {
    try uninterrupted { () throws(SystemError) in try disk.syncData(descriptor) }
  }

  func sync() throws(SystemError) {
    try uninterrupted { () throws(SystemError) in try disk.sync(descriptor) }
  }

  func syncFileSystem() throws(SystemError) {
    try uninterrupted { () throws(SystemError) in try disk.syncFileSystem(descriptor) }
  }

  func truncate(to size: Int) throws(SystemError) {
    try uninterrupted { () throws(SystemError) in try disk.truncate(descriptor, to: size) }
  }

  func allocate(_ size: Int) throws(SystemError) {
    try uninterrupted { () throws(SystemError) in try disk.allocate(descriptor, to: size) }
  }
}

extension Disk {
  /// Writes all of `bytes` at `offset` of a file.
  func writeAll(
    _ file: Descriptor, _ bytes: Span<UInt8>, at offset: Int
  ) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      do {
        done += try write(file, bytes.extracting(done...), at: offset + done)
      } catch {
        if error.number != ErrorNumber.interrupted { throw error }
      }
    }
  }
}

/// Repeats a system call that a signal interrupted before it did anything.
func uninterrupted<Result>(
  _ call: () throws(SystemError) -> Result
) throws(SystemError) -> Result {
  while true {
    do {
      return try call()
    } catch {
      if error.number != ErrorNumber.interrupted { throw error }
    }
  }
}

/// As `uninterrupted`, its error told as the log's, about the file `name`.
func uninterrupted<Result>(
  _ name: String, _ call: () throws(SystemError) -> Result
) throws(LogError) -> Result {
  do {
    return try uninterrupted(call)
  } catch {
    throw LogError(error, name)
  }
}
