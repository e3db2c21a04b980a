/// The running variables of every case.
///
/// The case at hand stands in `current`; it is put away and fetched only when the case changes, so
/// that rows which stand together cost one comparison.
struct CaseVariables {
  /// The variables of the selected case, in the order of the mapping.
  var current: [Int64]

  private let starts: [Int64]
  private var selected: [UInt8] = []
  private var hasSelection = false
  private var slots: [String: Int] = [:]
  private var values: [Int64] = []

  init(starts: [Int64]) {
    self.starts = starts
    current = starts
  }

  /// Makes the case of this text the current one; a new case starts with the start values.
  mutating func select(_ name: ArraySlice<UInt8>) {
    guard !starts.isEmpty, !hasSelection || !selected.elementsEqual(name) else { return }
    if hasSelection { putAway() }
    hasSelection = true
    selected.removeAll(keepingCapacity: true)
    selected.append(contentsOf: name)
    let slot = slots[String(decoding: selected, as: UTF8.self)]
    for position in starts.indices {
      current[position] = slot.map { values[$0 + position] } ?? starts[position]
    }
  }

  private mutating func putAway() {
    let name = String(decoding: selected, as: UTF8.self)
    let slot = slots[name] ?? values.count
    if slot == values.count {
      slots[name] = slot
      values.append(contentsOf: current)
      return
    }
    for position in starts.indices { values[slot + position] = current[position] }
  }
}
