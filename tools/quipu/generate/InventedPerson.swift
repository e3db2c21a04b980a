import Collections

/// A person nobody is: names, document, numbers and addresses that look like Peru's.
///
/// Drawn from the seed and the person's number alone, so she is the same whatever becomes of her
/// accounts. To be told from real people at a glance: documents begin with 99, where none are issued,
/// mobile numbers with 90000, and e-mail addresses end in `.example` (RFC 2606); streets are invented.
struct InventedPerson {
  let given: String
  let families: (father: String, mother: String)
  let document: String
  let birthDate: CivilDate
  let address: String
  let mobile: String
  /// Nil for the many who have none.
  let email: String?
  /// A telephone at work, known from elsewhere.
  let work: String?
  let language: String
  /// A relative who may answer.
  let relative: (kin: String, name: String, mobile: String)
  /// What is left of the person's chance, for her life.
  var random: SplitMix64

  /// Father's and mother's family names after the given ones.
  var name: String { "\(given) \(families.father) \(families.mother)" }

  init(seed: UInt64, number: Int32, region: UInt8) {
    var random = SplitMix64(seed: seed ^ 0x5045_4f50_4c45, index: Int(number))
    let names = random.chance(perMille: 500) ? Self.women : Self.men
    let first = Self.pick(names, &random)
    let second = random.chance(perMille: 450) ? " " + Self.pick(names, &random) : ""
    let father = Self.pick(Self.families, &random)
    given = first + second
    families = (father, Self.pick(Self.families, &random))
    document = "99" + Self.digits(Int(number) % 1_000_000, 6)
    let year = 1948 + random.skewed(0...54)
    birthDate =
      CivilDate(year: year, month: random.within(1...12), day: random.within(1...28))
      ?? CivilDate(days: 0)
    let town = Market.regions[Int(region)].town
    let street = Self.pick(Self.streets, &random)
    address =
      "\(street) \(random.within(101...1890)), \(town.prefix(1).uppercased())\(town.dropFirst())"
    mobile = Self.mobile(&random)
    let local = Self.plain("\(first).\(father)\(random.within(1...99))")
    email = random.chance(perMille: 600) ? "\(local)@correo.example" : nil
    work = random.chance(perMille: 150) ? "01" + Self.digits(random.below(10_000), 4) + "000" : nil
    language = random.chance(perMille: [4, 5, 7, 11].contains(region) ? 180 : 20) ? "qu" : "es"
    relative = (
      Self.pick(["hermana", "hermano", "mamá", "papá", "esposa", "esposo", "hijo"], &random),
      "\(Self.pick(Self.women + Self.men, &random)) \(father)", Self.mobile(&random)
    )
    self.random = random
  }

  private static func mobile(_ random: inout SplitMix64) -> String {
    "+5190000" + digits(random.below(10_000), 4)
  }

  private static func digits(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  private static func pick(_ words: [String], _ random: inout SplitMix64) -> String {
    words[random.below(words.count)]
  }

  /// Small letters without accents, as addresses on the net have them.
  private static func plain(_ text: String) -> String {
    let accents: [Character: Character] = [
      "á": "a", "é": "e", "í": "i", "ó": "o", "ú": "u", "ñ": "n", "ü": "u",
    ]
    return String(text.lowercased().map { accents[$0] ?? $0 })
  }

  private static let women = [
    "Rosa", "María", "Juana", "Luz", "Carmen", "Nélida", "Yolanda", "Flor", "Elena", "Sabina",
    "Gladys", "Maribel", "Ruth", "Norma", "Sonia", "Milagros", "Fiorella", "Zenaida", "Ángela",
  ]

  private static let men = [
    "José", "Luis", "Juan", "Carlos", "Víctor", "Jorge", "Edwin", "Percy", "Wilber", "Héctor",
    "Raúl", "Saúl", "Óscar", "Julio", "Teófilo", "Marcelino", "Abel", "Fredy", "Alipio", "Néstor",
  ]

  private static let families = [
    "Quispe", "Mamani", "Huamán", "Condori", "Flores", "Rojas", "Ccahua", "Apaza", "Chávez",
    "Vargas", "Ñaupari", "Yupanqui", "Cusihuamán", "Poma", "Inga", "Sulca", "Tineo", "Ayala",
    "Palomino", "Huarcaya", "Choque", "Ticona", "Sánchez", "Vílchez", "Farfán", "Ancajima",
    "Chunga", "Zapata", "Tuesta", "Pizango", "Shapiama", "Ríos", "Carhuancho", "Baldeón",
  ]

  private static let streets = [
    "Jr. Los Queñuales", "Av. Puya Raimondi", "Calle Kantuta", "Psje. Retama", "Jr. Waylla",
    "Av. Qochamarca", "Calle Molle Viejo", "Jr. Tarapuma", "Mz. F Lt. 12 AH Wayra", "Calle Totora",
  ]
}
