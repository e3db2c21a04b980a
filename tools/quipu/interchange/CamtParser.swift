internal import Foundation
internal import FoundationXML

/// One element of a message, with what is in it.
struct CamtElement {
  let name: String
  /// The line its tag ends on, from 1.
  let line: Int
  var attributes: [String: String] = [:]
  /// Its text, blanks at both ends left out.
  var text = ""
  var children: [CamtElement] = []

  /// The first element at the end of a path of names.
  func first(_ path: String...) -> CamtElement? {
    var found: CamtElement? = self
    for name in path { found = found?.children.first { $0.name == name } }
    return found
  }

  /// The text at the end of a path of names; empty where there is none.
  func text(_ path: String...) -> String {
    var found: CamtElement? = self
    for name in path { found = found?.children.first { $0.name == name } }
    return found?.text ?? ""
  }

  /// The children of a name.
  func all(_ name: String) -> [CamtElement] { children.filter { $0.name == name } }

  /// The element of that name, which the message must have.
  func required(_ name: String) throws(ImportError) -> CamtElement {
    guard let child = children.first(where: { $0.name == name }) else {
      throw ImportError(
        .missingElement, line: line, column: name,
        Text(
          "is missing in the <\(self.name)> of this line",
          "falta en el <\(self.name)> de esta línea"))
    }
    return child
  }
}

/// Reads the XML of a message element by element, so that of a statement of any length no more than
/// one entry is held as a tree.
///
/// The one place that speaks to Foundation's parser. A document type is refused before it begins, so
/// that no entity can be declared; so is what is not UTF-8.
final class CamtParser: NSObject, XMLParserDelegate {
  /// Called with each `Ntry`, the message element above it as far as it was read, and with each
  /// statement or notification when it ends.
  typealias Handler = (CamtElement, _ parent: CamtElement) throws(ImportError) -> Void

  /// The most bytes of a message, and the deepest nesting.
  static let mostBytes = 256 << 20
  private static let deepest = 48

  private let onRoot: (String, Int) throws(ImportError) -> Void
  private let onElement: Handler
  private var stack: [CamtElement] = []
  /// Whether the root element has ended: Foundation's parser does not tell a message that was cut off
  /// from a whole one in every case.
  private var isEnded = false
  private var failure: ImportError?

  /// A parser that calls `onRoot` with the namespace of the root element and its line.
  init(
    onRoot: @escaping (String, Int) throws(ImportError) -> Void, onElement: @escaping Handler
  ) {
    self.onRoot = onRoot
    self.onElement = onElement
  }

  /// Reads a message to its end. Throws at the first fault.
  func parse(_ bytes: [UInt8]) throws(ImportError) {
    try Self.check(bytes)
    let parser = XMLParser(data: Data(bytes))
    parser.shouldProcessNamespaces = true
    parser.shouldResolveExternalEntities = false
    parser.delegate = self
    let isWhole = parser.parse()
    if let failure { throw failure }
    guard isWhole, isEnded else {
      let reason = (parser.parserError as? NSError).map { " (libxml2 error \($0.code))" } ?? ""
      throw ImportError(
        .notWellFormed, line: max(parser.lineNumber, 1),
        Text(
          "the file is not well-formed XML, or ends too soon\(reason); nothing of it is recorded",
          "el archivo no es XML bien formado o termina antes de tiempo\(reason); no se registra nada de él"
        ))
    }
  }

  private static func check(_ bytes: [UInt8]) throws(ImportError) {
    guard bytes.count <= mostBytes else {
      throw ImportError(
        .tooLarge, line: 0,
        Text("has more than \(mostBytes) bytes", "tiene más de \(mostBytes) bytes"))
    }
    // A zero byte is UTF-8 but no XML; it is how UTF-16 would begin.
    guard !bytes.contains(0), (try? UTF8Span(validating: bytes.span)) != nil else {
      throw ImportError(
        .invalidUTF8, line: 1,
        Text(
          "the file is not UTF-8, as ISO 20022 messages are",
          "el archivo no es UTF-8, como lo son los mensajes ISO 20022"))
    }
    let doctype = Array("<!DOCTYPE".utf8)
    for place in bytes.indices where bytes[place] == doctype[0] {
      if bytes[place...].prefix(doctype.count).elementsEqual(doctype) {
        let line = 1 + bytes[..<place].count { $0 == UInt8(ascii: "\n") }
        throw ImportError(
          .doctype, line: line,
          Text(
            "a bank's message has no document type",
            "el mensaje de un banco no lleva tipo de documento"))
      }
    }
    // Another encoding declared would make other text of the same bytes.
    let head = String(decoding: bytes.prefix(200), as: UTF8.self)
    guard let declaration = head.range(of: "encoding="), head.hasPrefix("<?xml"),
      let end = head.range(of: "?>"), declaration.lowerBound < end.lowerBound
    else { return }
    let name = head[declaration.upperBound...].dropFirst().prefix { $0 != "\"" && $0 != "'" }
    guard ["UTF-8", "US-ASCII"].contains(name.uppercased()) else {
      throw ImportError(
        .invalidUTF8, line: 1, value: String(name),
        Text(
          "is declared; ISO 20022 messages are UTF-8",
          "es lo declarado; los mensajes ISO 20022 son UTF-8"))
    }
  }

  /// Does what may fail, once; after a failure nothing more is read.
  private func attempt(_ parser: XMLParser, _ body: () throws(ImportError) -> Void) {
    guard failure == nil else { return }
    do throws(ImportError) { try body() } catch {
      failure = error
      parser.abortParsing()
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    attempt(parser) { () throws(ImportError) in
      let line = parser.lineNumber
      guard stack.count < Self.deepest else {
        throw ImportError(
          .tooLarge, line: line,
          Text(
            "elements lie more than \(Self.deepest) deep",
            "los elementos pasan de \(Self.deepest) niveles"))
      }
      if stack.isEmpty { try onRoot(namespaceURI ?? "", line) }
      stack.append(CamtElement(name: name, line: line, attributes: attributes))
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    guard failure == nil, !stack.isEmpty else { return }
    stack[stack.count - 1].text += string
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    attempt(parser) { () throws(ImportError) in
      guard var element = stack.popLast() else { return }
      element.text = element.text.trimmingCharacters(in: .whitespacesAndNewlines)
      guard let parent = stack.last else {
        isEnded = true
        return
      }
      let isEntry = name == "Ntry" && stack.count == 3
      let isStatement = stack.count == 2 && (name == "Stmt" || name == "Ntfctn")
      if isEntry || isStatement {
        try onElement(element, parent)
      } else {
        stack[stack.count - 1].children.append(element)
      }
    }
  }
}
