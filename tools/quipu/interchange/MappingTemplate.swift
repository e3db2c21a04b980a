internal import CanonicalJSON

/// A text with columns in it: `account/{case_id}`; `{{` and `}}` stand for braces.
struct MappingTemplate: Sendable {
  private enum Piece: Sendable {
    case text(String)
    case column(Int)
  }

  private let pieces: [Piece]

  /// Reads a template whose placeholders all name `columns`.
  init(_ node: MappingNode, columns: [String]) throws(MappingError) {
    guard let template = node.value.stringValue else { throw node.wrongType("a text") }
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var rest = Array(template.utf8)[...]
    while let byte = rest.popFirst() {
      let isBrace = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
      if isBrace, rest.first == byte {
        text.append(byte)
        rest.removeFirst()
      } else if byte == UInt8(ascii: "{") {
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
          throw MappingError(.badTemplate, node.path, "opens a brace and does not close it")
        }
        let name = String(decoding: rest[..<end], as: UTF8.self)
        guard let column = columns.firstIndex(of: name) else {
          throw MappingError(.unknownColumn, node.path, "\"\(name)\" is no column of the input")
        }
        if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
        text = []
        pieces.append(.column(column))
        rest = rest[(end + 1)...]
      } else {
        guard !isBrace else {
          throw MappingError(.badTemplate, node.path, "closes a brace that is not open; write }}")
        }
        text.append(byte)
      }
    }
    if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
    self.pieces = pieces
  }

  /// The text for a row.
  func text(_ row: ImportRow) -> String {
    if pieces.count == 1 {
      switch pieces[0] {
      case .text(let text): return text
      case .column(let column): return row.text(column)
      }
    }
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .column(let column): result += row.text(column)
      }
    }
    return result
  }
}
