import CanonicalJSON
import Support
import Testing

@testable import EventStore

/// Proofs over the tree: every size against the definition, and what others published.
@Suite struct MerkleProofTests {
  private static let leaves = (0..<70).map { Digest(leaf: [UInt8($0)].span) }
  private static let heads: [Digest] = {
    var tree = MerkleFrontier()
    return [tree.root]
      + leaves.map { leaf in
        tree.append(leaf)
        return tree.root
      }
  }()

  /// The node by its definition, for trees small enough.
  private func node(_ node: TreeNode) -> Digest {
    let start = Int(node.index) << node.level
    return MerkleFrontier.head(ofComplete: Self.leaves[start..<start + 1 << node.level])
  }

  @Test func everyInclusionProofLeadsToItsHead() {
    for size in 1...Int64(70) {
      for leaf in 0..<size {
        let proof = MerkleProof.inclusion(of: leaf, in: 0..<size, node)
        let root = MerkleProof.root(from: Self.leaves[Int(leaf)], at: leaf, of: size, proof)
        #expect(root == Self.heads[Int(size)], "leaf \(leaf) of \(size)")
        #expect(
          MerkleProof.root(from: Self.leaves[Int(leaf)], at: leaf, of: size, proof + [.empty])
            == nil)
        if size > 1 {
          let other = MerkleProof.root(
            from: Self.leaves[Int(leaf)], at: (leaf + 1) % size, of: size, proof)
          #expect(other != Self.heads[Int(size)])
        }
      }
    }
  }

  @Test func everyConsistencyProofHoldsForItsSizesAlone() {
    for new in 0...Int64(70) {
      for old in 0...new {
        let proof = MerkleProof.consistency(from: old, to: new, node)
        let (before, after) = (Self.heads[Int(old)], Self.heads[Int(new)])
        #expect(
          MerkleProof.isConsistent(old: (old, before), new: (new, after), proof), "\(old) in \(new)"
        )
        // The empty tree begins every tree, whatever that one's head.
        #expect(
          MerkleProof.isConsistent(old: (old, before), new: (new, .zero), proof)
            == (old == 0 && new > 0))
        #expect(!MerkleProof.isConsistent(old: (old, .zero), new: (new, after), proof))
        #expect(
          !MerkleProof.isConsistent(old: (old, before), new: (new, after), proof + [.empty]))
      }
    }
    #expect(!MerkleProof.isConsistent(old: (3, Self.heads[3]), new: (2, Self.heads[2]), []))
  }

  @Test(.enabled(if: SharedVectors.arePresent, "the shared vectors are not beside this checkout"))
  func transparencyDevVectors() throws {
    var counts = (sound: 0, unsound: 0)
    for kind in ["inclusion", "consistency"] {
      for file in try SharedVectors.allFiles(in: "rfc6962_merkle/testdata/\(kind)") {
        let vector = try JSONValue(parsing: file.bytes.span, as: .interoperable)
        // One sound vector has texts that are no hashes for heads, which we do not take.
        if file.name == "additional/sizes-are-equal-one-and-proof-is-empty.json" { continue }
        let isUnsound = vector["wantErr"]?.boolValue == true
        let holds = kind == "inclusion" ? includes(vector) : isConsistent(vector)
        #expect(holds == !isUnsound, "\(file.name)")
        if isUnsound { counts.unsound += 1 } else { counts.sound += 1 }
      }
    }
    print("RFC 6962 proofs: \(counts.sound) that hold, \(counts.unsound) that do not")
    #expect(counts.sound > 10 && counts.unsound > 100)
  }

  private func includes(_ vector: JSONValue) -> Bool {
    guard let index = vector["leafIdx"]?.integerValue, let size = vector["treeSize"]?.integerValue,
      let leaf = digest(vector["leafHash"]), let proof = digests(vector["proof"])
    else { return false }
    let root = MerkleProof.root(from: leaf, at: index, of: size, proof)
    return root != nil && root == digest(vector["root"])
  }

  private func isConsistent(_ vector: JSONValue) -> Bool {
    guard let old = vector["size1"]?.integerValue, let new = vector["size2"]?.integerValue,
      let before = digest(vector["root1"]), let after = digest(vector["root2"]),
      let proof = digests(vector["proof"])
    else { return false }
    return MerkleProof.isConsistent(old: (old, before), new: (new, after), proof)
  }

  private func digest(_ value: JSONValue?) -> Digest? {
    value?.stringValue.flatMap { Digest(base64: $0) }
  }

  private func digests(_ value: JSONValue?) -> [Digest]? {
    guard let value, value != .null else { return [] }
    let hashes = value.arrayValue?.map { digest($0) } ?? []
    return hashes.contains(nil) ? nil : hashes.compactMap { $0 }
  }
}

/// Tiles: their names and bytes are those C2SP gives.
@Suite struct TileTests {
  @Test func namesFollowTheSpecification() {
    #expect(Tile(level: 0, index: 0).name == "tile/0/000")
    #expect(Tile(level: 0, index: 1_234_067).name == "tile/0/x001/x234/067")
    #expect(Tile(level: 1, index: 12, width: 17).name == "tile/1/012.p/17")
  }

  /// The specification's own example.
  @Test func aTreeOf70000Leaves() {
    #expect(
      Tile.edge(of: 70_000) == [
        Tile(level: 0, index: 273, width: 112), Tile(level: 1, index: 1, width: 17),
        Tile(level: 2, index: 0, width: 1),
      ])
    #expect(Tile.edge(of: 256) == [Tile(level: 1, index: 0, width: 1)])
    #expect(Tile(level: 0, holding: 69_999, in: 70_000)?.width == 112)
    #expect(Tile(level: 1, holding: 255, in: 70_000)?.width == 256)
    #expect(Tile(level: 0, holding: 70_000, in: 70_000) == nil)
  }

  /// A tree grown in one go and one taken up again from its edge at every size have the same tiles.
  @Test func theEdgeIsEnoughToGoOnFrom() throws {
    let leaves = (0..<600).map { Digest(leaf: [UInt8($0 & 255), UInt8($0 >> 8)].span) }
    var whole = TileBuilder()
    var files: [Tile: [Digest]] = [:]
    var tree = MerkleFrontier()
    for leaf in leaves {
      var part = try #require(TileBuilder(size: tree.size) { files[$0] })
      #expect(part.frontier == tree)
      part.append(leaf)
      whole.append(leaf)
      tree.append(leaf)
      let finished = part.takeFinished()
      #expect(finished.map(\.tile) == whole.takeFinished().map(\.tile))
      for (tile, bytes) in finished + part.partial {
        files[tile] = tile.hashes(in: bytes)
      }
      #expect(part.partial.map(\.bytes) == whole.partial.map(\.bytes))
    }
    #expect(files[Tile(level: 0, index: 1)] == Array(leaves[256..<512]))
    #expect(
      files[Tile(level: 1, index: 0, width: 2)]
        == [
          MerkleFrontier.head(ofComplete: leaves[0..<256]),
          MerkleFrontier.head(ofComplete: leaves[256..<512]),
        ])
  }
}
