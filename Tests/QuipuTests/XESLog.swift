internal import Foundation
internal import FoundationXML
internal import Testing

/// An XES document as a reader of XML sees it.
struct XESLog {
  /// One event: the name of its trace and its attributes by key.
  struct Event {
    let trace: String
    var attributes: [String: String] = [:]

    subscript(key: String) -> String { attributes[key] ?? "" }
  }

  private(set) var traces: [String] = []
  private(set) var events: [Event] = []

  init(_ bytes: [UInt8]) throws {
    let reader = Reader()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = reader
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
    traces = reader.traces
    events = reader.events
  }

  private final class Reader: NSObject, XMLParserDelegate {
    var traces: [String] = []
    var events: [Event] = []
    private var inTrace = false
    private var inEvent = false

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      switch name {
      case "trace": inTrace = true
      case "event":
        inEvent = true
        events.append(Event(trace: traces.last ?? ""))
      default:
        guard inTrace, let key = attributes["key"], let value = attributes["value"] else { return }
        if inEvent {
          events[events.count - 1].attributes[key] = value
        } else if key == "concept:name" {
          traces.append(value)
        }
      }
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      if name == "trace" { inTrace = false }
      if name == "event" { inEvent = false }
    }
  }
}
