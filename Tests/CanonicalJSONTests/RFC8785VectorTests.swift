import CanonicalJSON
import Support
import Testing

/// The test data of the authors of RFC 8785: an input, its canonical form, that form in hex.
@Suite(.enabled(if: SharedVectors.arePresent, "the shared vectors are not beside this checkout"))
struct RFC8785VectorTests {
  @Test func writesTheirCanonicalForm() throws {
    let inputs = try SharedVectors.files(in: "rfc8785_jcs/testdata/input")
    let outputs = try SharedVectors.files(in: "rfc8785_jcs/testdata/output")
    let hexes = try SharedVectors.files(in: "rfc8785_jcs/testdata/outhex")
    #expect(inputs.map(\.name) == outputs.map(\.name))
    #expect(inputs.count == hexes.count)
    for ((input, output), hex) in zip(zip(inputs, outputs), hexes) {
      let value = try JSONValue(parsing: input.bytes.span, as: .interoperable)
      #expect(value.canonicalBytes == output.bytes, "\(input.name)")
      let digits = String(decoding: hex.bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      #expect(value.canonicalBytes == digits.compactMap { UInt8($0, radix: 16) }, "\(hex.name)")
    }
    print("RFC 8785: \(inputs.count) vectors")
    #expect(!inputs.isEmpty)
  }

  @Test func theirCanonicalFormIsItsOwn() throws {
    for output in try SharedVectors.files(in: "rfc8785_jcs/testdata/output") {
      let value = try JSONValue(parsing: output.bytes.span, as: .interoperable)
      #expect(value.canonicalBytes == output.bytes, "\(output.name)")
      // The cursor knows integers only, as the log does.
      let holdsFractions = output.name == "values.json"
      #expect((canonicalRefusal(output.bytes) == nil) != holdsFractions, "\(output.name)")
    }
  }

  @Test func theirInputsAreNotCanonical() throws {
    for input in try SharedVectors.files(in: "rfc8785_jcs/testdata/input") {
      #expect(canonicalRefusal(input.bytes) != nil, "\(input.name)")
    }
  }
}
