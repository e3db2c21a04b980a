import CanonicalJSON
import Testing

/// The writer without a tree writes what the tree would.
struct CanonicalWriterTests {
  @Test func writesEveryKindOfValue() {
    var writer = CanonicalWriter()
    writer.beginObject()
    writer.key("array")
    writer.beginArray()
    writer.null()
    writer.bool(true)
    writer.bool(false)
    writer.beginArray()
    writer.endArray()
    writer.beginObject()
    writer.endObject()
    writer.integer(-12)
    writer.endArray()
    writer.key(text: "k\u{1}")
    writer.string("a\"\n\u{1F}/é")
    writer.key("raw")
    writer.raw(Array("[1]".utf8))
    writer.key("utf8")
    writer.string(utf8: Array("\\😂".utf8).span)
    writer.endObject()
    let text = String(decoding: writer.bytes, as: UTF8.self)
    let expected =
      #"{"array":[null,true,false,[],{},-12],"k\u0001":"a\"\n\u001f/é","raw":[1],"utf8":"\\😂"}"#
    #expect(text == expected)
    #expect(canonicalRefusal(writer.bytes) == nil)
  }

  @Test func fillsManyLines() {
    var writer = CanonicalWriter()
    for seq in 0..<3 as Range<Int64> {
      writer.beginObject()
      writer.key("seq")
      writer.integer(seq)
      writer.endObject()
      writer.bytes.append(0x0A)
    }
    let text = String(decoding: writer.bytes, as: UTF8.self)
    #expect(text == "{\"seq\":0}\n{\"seq\":1}\n{\"seq\":2}\n")
  }

  @Test func agreesWithTheTree() {
    var random = Randomness()
    for _ in 0..<300 {
      let value = random.value(depth: 4)
      var writer = CanonicalWriter()
      write(value, to: &writer)
      #expect(writer.bytes == value.canonicalBytes)
    }
  }

  private func write(_ value: JSONValue, to writer: inout CanonicalWriter) {
    switch value {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .integer(let value): writer.integer(value)
    case .number: writer.raw(value.canonicalBytes)
    case .string(let text): writer.string(text)
    case .array(let values):
      writer.beginArray()
      for value in values { write(value, to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.key(text: member.key)
        write(member.value, to: &writer)
      }
      writer.endObject()
    }
  }

  #if DEBUG
    @Test func keysOutOfOrderTrapInDebugBuilds() async {
      await #expect(processExitsWith: .failure) {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.key("b")
        writer.null()
        writer.key("a")
      }
      await #expect(processExitsWith: .failure) {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.key("a")
        writer.null()
        writer.key(text: "a")
      }
      await #expect(processExitsWith: .failure) {
        var writer = CanonicalWriter()
        writer.endObject()
      }
    }
  #endif
}
