import Testing

@testable import EventStore

@Suite struct SecretMemoryTests {
  @Test func aKeyIsInItsSlotAloneAndGoneAfterAWipe() {
    let memory = SecretMemory(slots: 200)
    var first = [UInt8](repeating: 1, count: 32)
    var last = [UInt8](repeating: 2, count: 32)
    memory.put(&first, in: 0)
    memory.put(&last, in: 199)
    #expect(first == [UInt8](repeating: 0, count: 32), "where it came from is wiped")
    #expect(bytes(0, memory) == [UInt8](repeating: 1, count: 32))
    #expect(bytes(1, memory) == [UInt8](repeating: 0, count: 32))
    #expect(bytes(199, memory) == [UInt8](repeating: 2, count: 32))
    memory.wipe()
    for slot in 0..<200 { #expect(bytes(slot, memory) == [UInt8](repeating: 0, count: 32)) }
  }

  private func bytes(_ slot: Int, _ memory: SecretMemory) -> [UInt8] {
    memory.withKey(in: slot) { key in key.indices.map { key[$0] } }
  }
}
