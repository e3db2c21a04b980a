internal import CanonicalJSON

/// The pieces of an XES document (IEEE Std 1849), without a tree in memory.
///
/// Four standard extensions give the attributes their meaning: Concept (name), Time (timestamp),
/// Organizational (resource, role), Lifecycle (transition). An event's scalar fields follow under their
/// own names; lists and objects inside have no form every reader takes, and are left to `jsonl`.
enum XES {
  /// What stands before the first trace.
  static func head(_ name: String) -> [UInt8] {
    var out = Array(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
        <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
        <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
        <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
        <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
        <global scope="trace">
          <string key="concept:name" value="-"/>
        </global>
        <global scope="event">
          <string key="concept:name" value="-"/>
          <date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
          <string key="org:resource" value="-"/>
          <string key="org:role" value="-"/>
          <string key="lifecycle:transition" value="complete"/>
          <int key="seq" value="0"/>
          <date key="recordedAt" value="1970-01-01T00:00:00.000Z"/>
        </global>
        <classifier name="Activity" scope="event" keys="concept:name"/>

      """.utf8)
    out.append(contentsOf: "  ".utf8)
    attribute("string", "concept:name", name, to: &out)
    return out
  }

  /// What stands after the last.
  static let tail = Array("</log>\n".utf8)

  static func traceStart(_ name: String) -> [UInt8] {
    var out = Array("  <trace>\n    ".utf8)
    attribute("string", "concept:name", name, to: &out)
    return out
  }

  static let traceEnd = Array("  </trace>\n".utf8)

  /// Adds an event element.
  static func append(_ event: CaseEvent, to out: inout [UInt8]) {
    func add(_ type: String, _ key: String, _ value: String) {
      out.append(contentsOf: "      ".utf8)
      attribute(type, key, value, to: &out)
    }
    out.append(contentsOf: "    <event>\n".utf8)
    add("string", "concept:name", event.activity)
    add("date", "time:timestamp", event.timestamp)
    add("string", "org:resource", event.resource)
    add("string", "org:role", event.role)
    add("string", "lifecycle:transition", "complete")
    add("int", "seq", "\(event.seq)")
    add("date", "recordedAt", event.recordedAt)
    for member in event.data.objectValue ?? [] {
      switch member.value {
      case .string(let text): add("string", member.key, text)
      case .integer(let number): add("int", member.key, "\(number)")
      case .bool(let flag): add("boolean", member.key, flag ? "true" : "false")
      default: continue
      }
    }
    out.append(contentsOf: "    </event>\n".utf8)
  }

  private static func attribute(
    _ type: String, _ key: String, _ value: String, to out: inout [UInt8]
  ) {
    out.append(contentsOf: "<\(type) key=\"".utf8)
    escape(key, to: &out)
    out.append(contentsOf: "\" value=\"".utf8)
    escape(value, to: &out)
    out.append(contentsOf: "\"/>\n".utf8)
  }

  /// Adds text as an attribute's value. XML 1.0 (2.2, 3.3.3): white space is written as references,
  /// lest a parser make blanks of it; characters XML has no way to write become U+FFFD.
  static func escape(_ text: String, to out: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out.append(contentsOf: "&amp;".utf8)
      case "<": out.append(contentsOf: "&lt;".utf8)
      case ">": out.append(contentsOf: "&gt;".utf8)
      case "\"": out.append(contentsOf: "&quot;".utf8)
      case "\t": out.append(contentsOf: "&#9;".utf8)
      case "\n": out.append(contentsOf: "&#10;".utf8)
      case "\r": out.append(contentsOf: "&#13;".utf8)
      case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": out.append(contentsOf: "\u{FFFD}".utf8)
      default: out.append(contentsOf: UTF8.encode(scalar) ?? .init())
      }
    }
  }
}
