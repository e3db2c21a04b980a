internal import CanonicalJSON

extension JSONValue {
  /// An object with only the rows of a page in some of its lists, which are counted one after the other.
  func cut(_ names: [String], to page: Page) -> (json: JSONValue, next: String?) {
    guard case .object(var members) = self else { return (self, nil) }
    var (skip, room, more) = (page.skip, page.limit, false)
    for name in names {
      guard let place = members.firstIndex(where: { $0.key == name }),
        let rows = members[place].value.arrayValue
      else { continue }
      let left = rows.dropFirst(skip)
      skip -= min(skip, rows.count)
      members[place].value = .array(Array(left.prefix(room)))
      more = more || left.count > room
      room -= min(room, left.count)
    }
    return (.object(members), more ? page.next(skip: page.skip + page.limit) : nil)
  }
}
