internal import Foundation
internal import FoundationXML
internal import Testing

/// The elements of an XML document in the order in which they begin.
struct Markup {
  /// One element.
  struct Element {
    let name: String
    let attributes: [String: String]
    /// The names of the elements it lies in, the outermost first.
    let path: [String]
    /// The text right in it.
    var text = ""

    subscript(key: String) -> String { attributes[key] ?? "" }
  }

  let elements: [Element]

  /// Reads a document, which must be well-formed.
  init(_ bytes: [UInt8]) throws {
    let reader = Reader()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = reader
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
    elements = reader.elements
  }

  /// The texts of the elements of a name.
  func texts(_ name: String) -> [String] { elements.filter { $0.name == name }.map(\.text) }

  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [Element] = []
    private var open: [Int] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      let path = open.map { elements[$0].name }
      open.append(elements.count)
      elements.append(Element(name: name, attributes: attributes, path: path))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      if let last = open.last { elements[last].text += string }
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      open.removeLast()
    }
  }
}
