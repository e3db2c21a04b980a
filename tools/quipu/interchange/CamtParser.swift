internal import CExpat

/// One element of a message, with what is in it.
struct CamtElement {
  let name: String
  /// The line its tag begins on, from 1.
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
/// The one place that speaks to Expat. A document type is refused where it begins, so that no entity can
/// be declared; so is what is not UTF-8.
@safe final class CamtParser {
  /// Called with each `Ntry`, the message element above it as far as it was read, and with each
  /// statement or notification when it ends.
  typealias Handler = (CamtElement, _ parent: CamtElement) throws(ImportError) -> Void

  /// The most bytes of a message, and the deepest nesting.
  static let mostBytes = 256 << 20
  private static let deepest = 48
  /// Stands between the namespace and the name of an element, as it can in neither.
  private static let separator: Character = "\u{1}"

  private let onRoot: (String, Int) throws(ImportError) -> Void
  private let onElement: Handler
  private var stack: [CamtElement] = []
  private var failure: ImportError?
  /// The library's parser, while it reads.
  private var library: XML_Parser?

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
    // Whatever is declared: what is read is UTF-8.
    guard let parser = unsafe XML_ParserCreateNS("UTF-8", 1) else {
      preconditionFailure("out of memory")
    }
    unsafe library = parser
    defer {
      unsafe library = nil
      unsafe XML_ParserFree(parser)
    }
    unsafe listen(to: parser)
    let status = unsafe bytes.withUnsafeBytes { all in
      unsafe XML_Parse(
        parser, all.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(all.count), 1)
    }
    if let failure { throw failure }
    guard status == XML_STATUS_OK else {
      let code = unsafe XML_GetErrorCode(parser)
      let reason = unsafe XML_ErrorString(code).map { unsafe String(cString: $0) } ?? ""
      throw ImportError(
        .notWellFormed, line: unsafe Self.line(of: parser),
        Text(
          "the file is not well-formed XML, or ends too soon (\(reason)); nothing of it is recorded",
          "el archivo no es XML bien formado o termina antes de tiempo (\(reason)); no se registra nada de él"
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
  }

  /// Has the library tell of what it meets.
  private func listen(to parser: XML_Parser) {
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    unsafe XML_SetXmlDeclHandler(parser) { context, _, encoding, _ in
      unsafe CamtParser.attempt(context) { (parser, _) throws(ImportError) in
        try parser.declared(encoding: unsafe encoding.map { unsafe String(cString: $0) })
      }
    }
    unsafe XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      unsafe CamtParser.attempt(context) { (_, line) throws(ImportError) in
        throw ImportError(
          .doctype, line: line,
          Text(
            "a bank's message has no document type",
            "el mensaje de un banco no lleva tipo de documento"))
      }
    }
    unsafe XML_SetElementHandler(
      parser,
      { context, name, attributes in
        unsafe CamtParser.attempt(context) { (parser, line) throws(ImportError) in
          guard let name = unsafe name else { return }
          try parser.begin(
            unsafe String(cString: name), unsafe CamtParser.pairs(attributes), line: line)
        }
      },
      { context, _ in
        unsafe CamtParser.attempt(context) { (parser, _) throws(ImportError) in try parser.end() }
      })
    unsafe XML_SetCharacterDataHandler(parser) { context, text, count in
      unsafe CamtParser.attempt(context) { (parser, _) throws(ImportError) in
        guard !parser.stack.isEmpty, let text = unsafe text else { return }
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
        unsafe parser.stack[parser.stack.count - 1].text += String(decoding: bytes, as: UTF8.self)
      }
    }
  }

  /// Does what may fail, once, with the line it is about; after a failure nothing more is read.
  private static func attempt(
    _ context: UnsafeMutableRawPointer?, _ body: (CamtParser, Int) throws(ImportError) -> Void
  ) {
    guard let context = unsafe context else { return }
    let parser = unsafe Unmanaged<CamtParser>.fromOpaque(context).takeUnretainedValue()
    guard let library = unsafe parser.library, parser.failure == nil else { return }
    do throws(ImportError) { try body(parser, unsafe line(of: library)) } catch {
      parser.failure = error
      unsafe XML_StopParser(library, XML_Bool(XML_FALSE))
    }
  }

  /// The line of what the library tells of, from 1.
  private static func line(of parser: XML_Parser) -> Int {
    max(1, Int(unsafe XML_GetCurrentLineNumber(parser)))
  }

  /// Attributes as the library gives them: names and values by turns, and nothing behind the last.
  private static func pairs(
    _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
  ) -> [String: String] {
    var pairs: [String: String] = [:]
    var place = 0
    while let name = unsafe attributes?[place], let value = unsafe attributes?[place + 1] {
      unsafe pairs[String(cString: name)] = unsafe String(cString: value)
      place += 2
    }
    return pairs
  }

  /// Another encoding declared would make other text of the same bytes.
  private func declared(encoding: String?) throws(ImportError) {
    guard let encoding, !["UTF-8", "US-ASCII"].contains(encoding.uppercased()) else { return }
    throw ImportError(
      .invalidUTF8, line: 1, value: encoding,
      Text(
        "is declared; ISO 20022 messages are UTF-8",
        "es lo declarado; los mensajes ISO 20022 son UTF-8"))
  }

  private func begin(
    _ name: String, _ attributes: [String: String], line: Int
  ) throws(ImportError) {
    guard stack.count < Self.deepest else {
      throw ImportError(
        .tooLarge, line: line,
        Text(
          "elements lie more than \(Self.deepest) deep",
          "los elementos pasan de \(Self.deepest) niveles"))
    }
    let parts = name.split(separator: Self.separator, maxSplits: 1)
    if stack.isEmpty { try onRoot(parts.count > 1 ? String(parts[0]) : "", line) }
    stack.append(
      CamtElement(name: parts.last.map(String.init) ?? "", line: line, attributes: attributes))
  }

  private func end() throws(ImportError) {
    guard var element = stack.popLast() else { return }
    element.text = Self.trimmed(element.text)
    guard !stack.isEmpty else { return }
    let isEntry = element.name == "Ntry" && stack.count == 3
    let isStatement =
      stack.count == 2 && (element.name == "Stmt" || element.name == "Ntfctn")
    if isEntry || isStatement {
      try onElement(element, stack[stack.count - 1])
    } else {
      stack[stack.count - 1].children.append(element)
    }
  }

  /// A text without the blanks at its ends.
  private static func trimmed(_ text: String) -> String {
    let blanks = [UInt8](" \t\n\r".utf8)
    guard let first = text.utf8.firstIndex(where: { !blanks.contains($0) }),
      let last = text.utf8.lastIndex(where: { !blanks.contains($0) })
    else { return "" }
    return String(text[first...last])
  }
}
