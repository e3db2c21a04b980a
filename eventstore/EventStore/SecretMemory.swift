internal import Glibc

/// Room for keys: pages that are locked in memory where the system allows it, left out of core dumps,
/// and wiped when they go.
///
/// Handed out in slots of 32 bytes. What libcrypto makes of a key while it works (its schedule) lies in
/// libcrypto's own memory, which wipes it when it is freed.
@safe package final class SecretMemory {
  /// Bytes of a slot.
  package static let slotLength = 32

  /// How many slots there are.
  package let slots: Int
  /// Whether the pages stay out of the swap.
  package let isLocked: Bool
  private let start: UnsafeMutableRawPointer
  private let length: Int

  /// Pages for so many keys; traps when there is no memory, as every allocation does.
  package init(slots: Int) {
    precondition(slots > 0)
    self.slots = slots
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    length = (slots * Self.slotLength + page - 1) / page * page
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let mapped = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      preconditionFailure("no memory for keys")
    }
    unsafe start = mapped
    isLocked = unsafe mlock(mapped, length) == 0
    unsafe ProcessMemory.leaveOutOfDumps(mapped, length)
  }

  deinit {
    wipe()
    if isLocked { unsafe munlock(start, length) }
    unsafe munmap(start, length)
  }

  /// Puts 32 bytes in a slot and wipes where they came from.
  package func put(_ key: inout [UInt8], in slot: Int) {
    precondition(key.count == Self.slotLength && (0..<slots).contains(slot))
    unsafe (start + slot * Self.slotLength).copyMemory(from: key, byteCount: key.count)
    LibCrypto.wipe(&key)
  }

  /// Gives the bytes of a slot to `body`.
  package func withKey<Result, Failure: Error>(
    in slot: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition((0..<slots).contains(slot))
    let first = unsafe (start + slot * Self.slotLength).assumingMemoryBound(to: UInt8.self)
    let bytes = unsafe UnsafeBufferPointer(start: first, count: Self.slotLength)
    return try body(unsafe bytes.span)
  }

  /// Overwrites every slot.
  package func wipe() {
    unsafe LibCrypto.wipe(start, length)
  }
}
