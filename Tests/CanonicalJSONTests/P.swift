import CanonicalJSON
import Testing
@Test func smoke() throws {
  let v = try JSONValue(parsing: #" {"b":[1,2.5,-0,1e3,"\u20ac\/\u000f"],"a":null} "#, as: .json)
  #expect(v.canonicalText == #"{"a":null,"b":[1,2.5,0,1000,"€/\#u{5C}u000f"]}"#)
  let o: JSONValue = .object(["z": .integer(1), "a": .array([.bool(true)])])
  #expect(o.canonicalText == #"{"a":[true],"z":1}"#)
  #expect(JSONValue.object([]).canonicalText == "{}")
  #expect(JSONValue.object([:]).canonicalText == "{}")
  var w = CanonicalWriter()
  w.beginObject(); w.key("a"); w.beginArray(); w.bool(true); w.null(); w.endArray(); w.key("z"); w.integer(-12); w.endObject()
  #expect(String(decoding: w.bytes, as: UTF8.self) == #"{"a":[true,null],"z":-12}"#)
  var c = CanonicalCursor()
  try c.validateValue(in: w.bytes.span, limits: .event)
  #expect(c.position == w.bytes.count)
  c = CanonicalCursor()
  try c.skipValue(in: w.bytes.span)
  #expect(c.position == w.bytes.count)
}
