/// The declarations as flat tables, for reading canonical `data` in one pass.
///
/// An object's fields lie in canonical order (RFC 8785: UTF-16 code units, which for these keys is
/// the order of their bytes), sealed ones left out: they never stand in `data` on disk.
struct FieldLayout: Sendable {
  /// How a value is read.
  enum Kind: UInt8, Sendable {
    case integer, bool, choice, date, currency, id, plain, text, nested
  }

  /// One field: its key as words, and what its value may be.
  struct Field: Sendable {
    /// `"key":`, eight bytes a word, the first byte lowest.
    var key: InlineArray<3, UInt64> = .init(repeating: 0)
    var keyLength = 0
    var kind: Kind
    var isRequired: Bool
    /// The bounds of a whole number.
    var low: Int64 = 0
    var high: Int64 = 0
    /// The words of a choice, or of a list of choices, in ``FieldLayout/words``.
    var firstWord = 0
    var wordCount = 0
  }

  /// A word of a choice: up to 24 bytes.
  struct Word: Sendable {
    var text: InlineArray<3, UInt64> = .init(repeating: 0)
    var length = 0
  }

  /// The fields of an object in ``FieldLayout/fields``.
  struct Object: Sendable {
    var first: Int
    var count: Int
  }

  /// The most fields an object may have.
  static let capacity = 16
  /// The position of a field that an object does not have.
  static let absent: UInt8 = 0xFF

  static let shared = FieldLayout()

  private(set) var fields: [Field] = []
  private(set) var words: [Word] = []
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
    for type in EventType.allCases { add(type.declaration.fields) }
    for shape in ObjectShape.allCases { add(shape.fields) }
  }

  private mutating func add(_ declared: [FieldDeclaration]) {
    let clear = declared.filter { !$0.isSealed }
    let sorted = clear.sorted { $0.name.text.utf8.lexicographicallyPrecedes($1.name.text.utf8) }
    precondition(sorted.count <= FieldLayout.capacity, "an object's fields fit the reader")
    objects.append(Object(first: fields.count, count: sorted.count))
    var positions = [UInt8](repeating: FieldLayout.absent, count: FieldName.count)
    for (position, field) in sorted.enumerated() {
      positions[Int(field.name.rawValue)] = UInt8(position)
      add(field)
    }
    self.positions += positions
  }

  private mutating func add(_ declared: FieldDeclaration) {
    var field = Field(kind: declared.type.kind, isRequired: !declared.isOptional)
    let key = FieldLayout.pack("\"\(declared.name.text)\":")
    field.key = key.text
    field.keyLength = key.length
    field.low = declared.type.bounds?.lowerBound ?? 0
    field.high = declared.type.bounds?.upperBound ?? 0
    let choices = declared.type.choices
    field.firstWord = words.count
    field.wordCount = choices.count
    words += choices.map(FieldLayout.pack)
    fields.append(field)
  }

  private static func pack(_ text: String) -> Word {
    let bytes = Array(text.utf8)
    precondition(bytes.count <= 24, "a key or choice fits three words")
    var packed = Word(length: bytes.count)
    for (index, byte) in bytes.enumerated() {
      packed.text[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
    }
    return packed
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
