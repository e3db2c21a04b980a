internal import EventStore
internal import Ledger
internal import Projections

/// How a read model's file stands to a ledger: whether it can go on from where it is.
enum ReadModelStanding: Equatable {
  /// It holds a prefix of this ledger, written by this very program.
  case sound(ReadDatabase.Position)
  /// It has to be made anew.
  case toRebuild(Reason)

  /// Why a file is made anew; the names are stable.
  enum Reason: String {
    case absent, asked, schema, rules, ledger, ahead, history, damaged
  }

  /// Compares what lies at the file's place with the ledger. Reads one segment. Throws ``LogError``.
  init(
    _ contents: ReadModelFile.Contents, _ view: LedgerView, rules: String, isAsked: Bool
  ) throws {
    switch contents {
    case .nothing: self = .toRebuild(.absent)
    case .damaged: self = .toRebuild(.damaged)
    case .readModel(nil): self = .toRebuild(.schema)
    case .readModel(let position?):
      if position.ledger != view.identity.ledger {
        self = .toRebuild(.ledger)
      } else if position.size > view.size {
        self = .toRebuild(.ahead)
      } else if try view.root(at: position.size)?.hex != position.root {
        self = .toRebuild(.history)
      } else if isAsked {
        self = .toRebuild(.asked)
      } else {
        self = position.rules == rules ? .sound(position) : .toRebuild(.rules)
      }
    }
  }

  /// Whether what was read for the file so far is of another history than the ledger's.
  var isOfOtherHistory: Bool {
    switch self {
    case .toRebuild(.ledger), .toRebuild(.ahead), .toRebuild(.history): true
    default: false
    }
  }
}

extension ReadModelStanding.Reason {
  /// The reason in words; nil where nobody need be told.
  var text: Text? {
    switch self {
    case .absent, .asked: nil
    case .schema: Text("it has another schema", "tiene otro esquema")
    case .rules:
      Text(
        "another version of this program wrote it", "lo escribió otra versión de este programa")
    case .ledger: Text("it is of another ledger", "es de otro libro")
    case .ahead:
      Text(
        "it is ahead of the ledger, which was perhaps restored from a backup",
        "está adelantado al libro, que quizás se restauró de una copia")
    case .history:
      Text(
        "the ledger has another history than it was made from",
        "el libro tiene otra historia que aquella con la que se hizo")
    case .damaged: Text("SQLite cannot read it", "SQLite no lo puede leer")
    }
  }
}
