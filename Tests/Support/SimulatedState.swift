import EventStore

/// Everything a simulated disk is, and what its system calls do.
struct SimulatedState {
  enum Node {
    case file(SimulatedFile)
    case directory(SimulatedDirectory)
  }

  private struct Opened {
    var node: Int
    var hold: Hold?
  }

  var generator: SeededGenerator
  var faults = SimulatedDisk.Faults()
  var observer: (@Sendable (String) -> Void)?
  var syncs = 0
  var changes = 0
  var hasPower = true
  /// Node 0 is the directory "/".
  var nodes: [Int: Node] = [0: .directory(SimulatedDirectory())]
  var modes: [Int: UInt16] = [0: 0o755]
  private var opened: [Int32: Opened] = [:]
  private var nextNode = 1
  private var nextDescriptor: Int32 = 3

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func cutPower() {
    for number in nodes.keys.sorted() {
      switch nodes[number] {
      case .file(var file):
        file.cutPower(&generator)
        nodes[number] = .file(file)
      case .directory(var directory):
        directory.cutPower(&generator)
        nodes[number] = .directory(directory)
      case nil: break
      }
    }
    hasPower = false
  }

  mutating func restart() {
    hasPower = true
    faults = SimulatedDisk.Faults()
    opened = [:]
  }

  /// Counts a call that changes something; when its turn has come the power goes, and the change may
  /// or may not have been begun.
  private mutating func changing(_ call: String, _ change: (inout SimulatedState) -> Void)
    throws(SystemError)
  {
    changes += 1
    guard let left = faults.powerCutIn else { return change(&self) }
    faults.powerCutIn = left - 1
    guard left <= 1 else { return change(&self) }
    if Bool.random(using: &generator) { change(&self) }
    if faults.losesNothing { hasPower = false } else { cutPower() }
    throw SystemError(call, ErrorNumber.io)
  }

  func node(_ descriptor: Int32, _ call: String) throws(SystemError) -> Int {
    guard let file = opened[descriptor] else { throw SystemError(call, ErrorNumber.io) }
    return file.node
  }

  private func file(_ descriptor: Int32, _ call: String) throws(SystemError)
    -> (number: Int, file: SimulatedFile)
  {
    let number = try node(descriptor, call)
    guard case .file(let file) = nodes[number] else { throw SystemError(call, ErrorNumber.io) }
    return (number, file)
  }

  func find(_ path: String) -> Int? {
    var number = 0
    for name in path.split(separator: "/") {
      guard case .directory(let directory) = nodes[number],
        let next = directory.cached[String(name)]
      else { return nil }
      number = next
    }
    return number
  }

  func facts(_ number: Int) -> FileFacts {
    let mode = modes[number] ?? 0
    return switch nodes[number] {
    case .file(let file): FileFacts(size: file.cached.count, isDirectory: false, mode: mode)
    default: FileFacts(size: 0, isDirectory: true, mode: mode)
    }
  }

  func list(_ path: String) throws(SystemError) -> [String] {
    guard let number = find(path), case .directory(let directory) = nodes[number] else {
      throw SystemError("opendir", ErrorNumber.notFound)
    }
    return Array(directory.cached.keys)
  }

  mutating func open(_ path: String, _ access: Access, _ mode: UInt16) throws(SystemError) -> Int32
  {
    let number: Int
    if access == .create {
      number = try make(path, .file(SimulatedFile()), mode, "open")
    } else {
      guard let found = find(path) else { throw SystemError("open", ErrorNumber.notFound) }
      if access == .write, modes[found, default: 0] & 0o200 == 0 {
        throw SystemError("open", ErrorNumber.notPermitted)
      }
      number = found
    }
    nextDescriptor += 1
    opened[nextDescriptor] = Opened(node: number)
    return nextDescriptor
  }

  mutating func close(_ descriptor: Int32) {
    opened[descriptor] = nil
  }

  mutating func make(
    _ path: String, _ node: Node, _ mode: UInt16, _ call: String
  ) throws(SystemError) -> Int {
    guard find(path) == nil else { throw SystemError(call, ErrorNumber.exists) }
    guard let (parent, name) = split(path) else { throw SystemError(call, ErrorNumber.notFound) }
    // A full disk has no room for a name either.
    if faults.room == 0 { throw SystemError(call, ErrorNumber.noSpace) }
    let number = nextNode
    nextNode += 1
    try changing(call) { state in
      state.nodes[number] = node
      state.modes[number] = mode
      state.change(parent, .put(name, number))
    }
    return number
  }

  mutating func rename(_ path: String, to other: String) throws(SystemError) {
    guard let number = find(path), let (parent, name) = split(path),
      let (target, new) = split(other)
    else { throw SystemError("rename", ErrorNumber.notFound) }
    try changing("rename") { state in
      if parent == target {
        state.change(parent, .rename(name, new))
      } else {
        state.change(target, .put(new, number))
        state.change(parent, .take(name))
      }
    }
  }

  mutating func remove(_ path: String) throws(SystemError) {
    guard find(path) != nil, let (parent, name) = split(path) else {
      throw SystemError("unlink", ErrorNumber.notFound)
    }
    try changing("unlink") { $0.change(parent, .take(name)) }
  }

  mutating func removeDirectory(_ path: String) throws(SystemError) {
    guard let number = find(path), case .directory(let directory) = nodes[number],
      let (parent, name) = split(path)
    else { throw SystemError("rmdir", ErrorNumber.notFound) }
    guard directory.cached.isEmpty else { throw SystemError("rmdir", ErrorNumber.exists) }
    try changing("rmdir") { $0.change(parent, .take(name)) }
  }

  mutating func read(
    _ descriptor: Int32, _ count: Int, from offset: Int
  ) throws(SystemError) -> [UInt8] {
    let file = try file(descriptor, "pread").file
    guard count > 0, offset < file.cached.count else { return [] }
    var end = min(offset + count, file.cached.count)
    if faults.isErratic, generator.once(in: 8) {
      end = Int.random(in: offset + 1...end, using: &generator)
    }
    return Array(file.cached[offset..<end])
  }

  /// The beginning of a file, whole: a mapping is never short.
  func map(_ descriptor: Int32, _ count: Int) throws(SystemError) -> [UInt8] {
    let file = try file(descriptor, "mmap").file
    guard file.cached.count >= count else { throw SystemError("mmap", ErrorNumber.io) }
    return Array(file.cached[..<count])
  }

  mutating func write(
    _ descriptor: Int32, _ bytes: [UInt8], at offset: Int
  ) throws(SystemError) -> Int {
    var (number, file) = try file(descriptor, "pwrite")
    var count = bytes.count
    if faults.isErratic, count > 1, generator.once(in: 4) {
      count = Int.random(in: 1..<count, using: &generator)
    }
    if let room = faults.room {
      let growth = max(0, offset + count - file.cached.count)
      count -= max(0, growth - room)
      guard count > 0 else { throw SystemError("pwrite", ErrorNumber.noSpace) }
      faults.room = room - min(growth, room)
    }
    let part = Array(bytes.prefix(count))
    try changing("pwrite") { state in
      file.write(part, at: offset)
      state.nodes[number] = .file(file)
    }
    return count
  }

  mutating func truncate(_ descriptor: Int32, to size: Int) throws(SystemError) {
    var (number, file) = try file(descriptor, "ftruncate")
    if let room = faults.room { faults.room = room + max(0, file.cached.count - size) }
    try changing("ftruncate") { state in
      file.truncate(to: size)
      state.nodes[number] = .file(file)
    }
  }

  mutating func sync(_ descriptor: Int32, _ call: String) throws(SystemError) {
    let number = try node(descriptor, call)
    if let left = faults.syncFailureIn {
      faults.syncFailureIn = left > 1 ? left - 1 : nil
      if left <= 1 {
        if case .file(var file) = nodes[number] {
          file.markClean()
          nodes[number] = .file(file)
        }
        throw SystemError(call, ErrorNumber.io)
      }
    }
    try changing(call) { state in
      switch state.nodes[number] {
      case .file(var file):
        file.sync()
        state.nodes[number] = .file(file)
      case .directory(var directory):
        directory.sync()
        state.nodes[number] = .directory(directory)
      case nil: break
      }
      state.syncs += 1
    }
  }

  /// Makes all there is durable, or fails when a failing sync is due, its pages lost everywhere.
  mutating func syncAll() throws(SystemError) {
    if let left = faults.syncFailureIn {
      faults.syncFailureIn = left > 1 ? left - 1 : nil
      if left <= 1 {
        for (number, node) in nodes {
          guard case .file(var file) = node else { continue }
          file.markClean()
          nodes[number] = .file(file)
        }
        throw SystemError("syncfs", ErrorNumber.io)
      }
    }
    try changing("syncfs") { state in
      for (number, node) in state.nodes {
        switch node {
        case .file(var file):
          file.sync()
          state.nodes[number] = .file(file)
        case .directory(var directory):
          directory.sync()
          state.nodes[number] = .directory(directory)
        }
      }
      state.syncs += 1
    }
  }

  mutating func forgetCached(_ descriptor: Int32) {
    guard let number = opened[descriptor]?.node, case .file(var file) = nodes[number] else {
      return
    }
    file.forgetClean()
    nodes[number] = .file(file)
  }

  mutating func lock(_ descriptor: Int32, _ hold: Hold) throws(SystemError) {
    let number = try node(descriptor, "flock")
    let others = opened.filter { $0.key != descriptor && $0.value.node == number }
    let isFree = others.values.allSatisfy {
      $0.hold == nil || ($0.hold == .shared && hold == .shared)
    }
    guard isFree else { throw SystemError("flock", ErrorNumber.wouldBlock) }
    opened[descriptor]?.hold = hold
  }

  private mutating func change(_ parent: Int, _ change: SimulatedDirectory.Change) {
    guard case .directory(var directory) = nodes[parent] else { return }
    directory.change(change)
    nodes[parent] = .directory(directory)
  }

  private func split(_ path: String) -> (parent: Int, name: String)? {
    let names = path.split(separator: "/")
    guard let last = names.last,
      let parent = find(names.dropLast().joined(separator: "/")),
      case .directory = nodes[parent]
    else { return nil }
    return (parent, String(last))
  }
}
