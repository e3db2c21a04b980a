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
    for element in try Markup(bytes).elements {
      switch element.path {
      case ["log", "trace"] where element.name == "event":
        events.append(Event(trace: traces.last ?? ""))
      case ["log", "trace"] where element["key"] == "concept:name":
        traces.append(element["value"])
      case ["log", "trace", "event"]:
        events[events.count - 1].attributes[element["key"]] = element["value"]
      default: continue
      }
    }
  }
}
