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
  var losses = SimulatedLosses()
  var calls = 0
  var writes = 0
  var syncs = 0
  var changes = 0
  var hasPower = true
  /// ext4, unless a test says otherwise.
  var fileSystemType = 0xEF53
  /// Node 0 is the directory "/".
  var nodes: [Int: Node] = [0: .directory(SimulatedDirectory())]
  var modes: [Int: UInt16] = [0: 0o755]
  private var opened: [Int32: Opened] = [:]
  private var nextNode = 1
  private var nextDescriptor: Int32 = 3

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  /// The `errno` of the failure that was due last.
  private(set) var lastFailure: Int32?

  /// Counts a call down to the failure that is to come; whether this is it.
  mutating func isFailureDue(_ call: String) -> Bool {
    guard var failure = faults.failure, failure.concerns(call) else { return false }
    failure.after -= 1
    faults.failure = failure.after > 0 ? failure : nil
    lastFailure = failure.number
    return failure.after <= 0
  }

  mutating func dropCaches() {
    for (number, node) in nodes {
      guard case .file(var file) = node else { continue }
      file.forgetClean()
      nodes[number] = .file(file)
    }
  }

  mutating func cutPower() {
    for number in nodes.keys.sorted() {
      switch nodes[number] {
      case .file(var file):
        file.cutPower(faults.fate, &generator, &losses)
        nodes[number] = .file(file)
      case .directory(var directory):
        directory.cutPower(faults.fate, &generator, &losses)
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
    try requireWritable(call)
    changes += 1
    guard let left = faults.powerCutIn else { return change(&self) }
    faults.powerCutIn = left - 1
    guard left <= 1 else { return change(&self) }
    let isBegun = faults.fate.map { $0 != .lost } ?? Bool.random(using: &generator)
    if isBegun { change(&self) }
    if faults.losesNothing { hasPower = false } else { cutPower() }
    throw SystemError(call, ErrorNumber.io)
  }

  /// Refuses a change to a medium that is mounted read-only.
  func requireWritable(_ call: String) throws(SystemError) {
    if faults.isReadOnly { throw SystemError(call, ErrorNumber.readOnly) }
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
    // Nodes are numbered as they are made, and small files replaced by new ones: that is its clock.
    return switch nodes[number] {
    case .file(let file):
      FileFacts(
        size: file.cached.count, isDirectory: false, mode: mode, changed: Int64(number))
    case .directory(let directory):
      FileFacts(
        size: 0, isDirectory: true, mode: mode, changed: Int64(directory.cached.values.max() ?? 0))
    case nil: FileFacts(size: 0, isDirectory: true, mode: mode)
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
      if access == .write { try requireWritable("open") }
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
    if let room = faults.room, let replaced = find(other), case .file(let file) = nodes[replaced] {
      faults.room = room + file.cached.count
    }
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
    guard let number = find(path), let (parent, name) = split(path) else {
      throw SystemError("unlink", ErrorNumber.notFound)
    }
    if let room = faults.room, case .file(let file) = nodes[number] {
      faults.room = room + file.cached.count
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
    if faults.failure?.number == nil, isFailureDue("pread") { end = offset + 1 }
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
    if faults.failure?.number == nil, isFailureDue("pwrite") { count = 1 }
    if let room = faults.room {
      let growth = max(0, offset + count - file.cached.count)
      count -= max(0, growth - room)
      guard count > 0 else { throw SystemError("pwrite", ErrorNumber.noSpace) }
      faults.room = room - min(growth, room)
    }
    let part = Array(bytes.prefix(count))
    writes += 1
    let isAstray = faults.misdirectedWriteIn == 1
    faults.misdirectedWriteIn = faults.misdirectedWriteIn.flatMap { $0 > 1 ? $0 - 1 : nil }
    try changing("pwrite") { state in
      file.write(part, at: offset)
      if isAstray { file.misdirect(offset, part.count, &state.generator) }
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

  mutating func allocate(_ descriptor: Int32, to size: Int) throws(SystemError) {
    var (number, file) = try file(descriptor, "posix_fallocate")
    let growth = max(0, size - file.cached.count)
    let fitting = min(growth, faults.room ?? growth)
    if fitting > 0 {
      if let room = faults.room { faults.room = room - fitting }
      try changing("posix_fallocate") { state in
        file.truncate(to: file.cached.count + fitting)
        state.nodes[number] = .file(file)
      }
    }
    guard fitting == growth else { throw SystemError("posix_fallocate", ErrorNumber.noSpace) }
  }

  mutating func sync(_ descriptor: Int32, _ call: String) throws(SystemError) {
    let number = try node(descriptor, call)
    if let failure = dueSyncFailure(call) {
      // An interrupted sync may be made again; any other has lost its pages.
      if failure != ErrorNumber.interrupted { losePages(of: number) }
      throw SystemError(call, failure)
    }
    try changing(call) { state in
      state.makeDurable(number)
      state.syncs += 1
    }
  }

  /// What the sync that is due to fail fails with.
  private mutating func dueSyncFailure(_ call: String) -> Int32? {
    if let left = faults.syncFailureIn {
      faults.syncFailureIn = left > 1 ? left - 1 : nil
      if left <= 1 { return ErrorNumber.io }
    }
    return isFailureDue(call) ? lastFailure : nil
  }

  private mutating func losePages(of number: Int) {
    guard case .file(var file) = nodes[number] else { return }
    losses.pages += file.unsynced
    file.markClean()
    nodes[number] = .file(file)
  }

  private mutating func makeDurable(_ number: Int) {
    switch nodes[number] {
    case .file(var file):
      let strays = file.sync()
      nodes[number] = .file(file)
      land(strays, from: number)
    case .directory(var directory):
      directory.sync()
      nodes[number] = .directory(directory)
    case nil: break
    }
  }

  /// Puts sectors that went astray where the device took them: into another file, or elsewhere in
  /// their own. No process sees it before the cache is dropped.
  private mutating func land(_ strays: [[UInt8]], from number: Int) {
    for bytes in strays {
      let files = nodes.keys.sorted().filter {
        if case .file(let file) = nodes[$0] { !file.durable.isEmpty } else { false }
      }
      guard let other = generator.once(in: 2) ? number : files.randomElement(using: &generator),
        case .file(var file) = nodes[other]
      else { continue }
      losses.strays += 1
      let sectors = max(1, file.durable.count / SimulatedFile.sector)
      file.overwriteDurable(Int.random(in: 0..<sectors, using: &generator), bytes)
      nodes[other] = .file(file)
    }
  }

  /// Makes all there is durable, or fails when a failing sync is due, its pages lost everywhere.
  mutating func syncAll() throws(SystemError) {
    if let failure = dueSyncFailure("syncfs") {
      if failure != ErrorNumber.interrupted {
        for number in nodes.keys.sorted() { losePages(of: number) }
      }
      throw SystemError("syncfs", failure)
    }
    try changing("syncfs") { state in
      for number in state.nodes.keys.sorted() { state.makeDurable(number) }
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
