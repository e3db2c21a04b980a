/// The declarations as flat tables, for reading canonical `data` in one pass.
///
/// An object's fields lie in canonical order (RFC 8785: UTF-16 code units, which for these keys is
/// the order of their bytes), sealed ones left out: they never stand in `data` on disk.
struct FieldLayout: Sendable {
  /// How a value is read.
  enum Kind: UInt8, Sendable {
    case integer, bool, choice, date, currency, id, plain, text, nested
  }

  /// A key with its quotes and colon, or a word with its quotes, of 1 to 24 bytes: the first eight,
  /// the first byte lowest, and which of them count.
  struct Head: Sendable {
    var word: UInt64 = 0
    var mask: UInt64 = 0
  }

  /// The rest of a key or a word: its second and third eight bytes, 0 past its end.
  struct Tail: Sendable {
    var length = 0
    var second: UInt64 = 0
    var third: UInt64 = 0
  }

  /// What the value of a field may be.
  struct Field: Sendable {
    var kind: Kind
    /// The bounds of a whole number.
    var low: Int64 = 0
    var high: Int64 = 0
    /// The words of a choice, or of a list of choices, among the literals.
    var firstChoice = 0
    var choiceCount = 0
  }

  /// The fields of an object in ``FieldLayout/fields``.
  struct Object: Sendable {
    var first: Int
    var count: Int
    /// One bit a required field.
    var required: UInt16
  }

  /// The most fields an object may have.
  static let capacity = 16
  /// The position of a field that an object does not have.
  static let absent: UInt8 = 0xFF

  static let shared = FieldLayout()

  private(set) var fields: [Field] = []
  /// The keys, one a field; after the keys of all objects, the words of their choices.
  private(set) var heads: [Head] = []
  private(set) var tails: [Tail] = []
  /// By event type, then by shape.
  private(set) var objects: [Object] = []
  /// The position of each field name within each object, or ``absent``.
  private(set) var positions: [UInt8] = []

  /// The object that is the `data` of a type.
  static func object(of type: EventType) -> Int { Int(type.rawValue) }

  /// The object that has a shape.
  static func object(of shape: ObjectShape) -> Int {
    EventCatalog.names.count + Int(shape.rawValue)
  }

  private init() {
    let declared =
      EventType.allCases.map(\.declaration.fields) + ObjectShape.allCases.map(\.fields)
    let sorted = declared.map { fields in
      fields.filter { !$0.isSealed }.sorted {
        $0.name.text.utf8.lexicographicallyPrecedes($1.name.text.utf8)
      }
    }
    for fields in sorted { addKeys(fields) }
    for field in sorted.joined() { addValue(field.type) }
  }

  private mutating func addKeys(_ declared: [FieldDeclaration]) {
    precondition(declared.count <= FieldLayout.capacity, "an object's fields fit the reader")
    var object = Object(first: heads.count, count: declared.count, required: 0)
    var positions = [UInt8](repeating: FieldLayout.absent, count: FieldName.count)
    for (position, field) in declared.enumerated() {
      positions[Int(field.name.rawValue)] = UInt8(position)
      if !field.isOptional { object.required |= 1 << UInt16(position) }
      addLiteral("\"\(field.name.text)\":")
    }
    objects.append(object)
    self.positions += positions
  }

  private mutating func addValue(_ type: FieldType) {
    let words = type.choices
    fields.append(
      Field(
        kind: type.kind, low: type.bounds?.lowerBound ?? 0, high: type.bounds?.upperBound ?? 0,
        firstChoice: heads.count, choiceCount: words.count))
    for word in words { addLiteral("\"\(word)\"") }
  }

  private mutating func addLiteral(_ text: String) {
    let bytes = Array(text.utf8)
    precondition(bytes.count <= 24, "a key or a word fits three words of memory")
    var words: [UInt64] = [0, 0, 0]
    for (index, byte) in bytes.enumerated() {
      words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
    }
    heads.append(Head(word: words[0], mask: lowBytes(bytes.count)))
    tails.append(Tail(length: bytes.count, second: words[1], third: words[2]))
  }
}

extension FieldType {
  /// How the reader takes a value of this type.
  fileprivate var kind: FieldLayout.Kind {
    switch self {
    case .money, .count, .positive, .integer, .oneOf, .basisPoints, .dailyRate, .seq: .integer
    case .bool: .bool
    case .date: .date
    case .id: .id
    case .choice: .choice
    case .currency: .currency
    case .instant, .offsetInstant, .time, .sha256, .treeRoot, .vkey, .country: .plain
    case .text: .text
    case .object, .list: .nested
    }
  }

  /// The words of a choice or of a list of choices; none for any other type.
  fileprivate var choices: [String] {
    switch self {
    case .choice(let words): words
    case .list(of: .choice(let words), count: _, distinct: _): words
    default: []
    }
  }
}
