import CanonicalJSON
import Support
import Testing

@testable import EventStore

/// The tree is that of RFC 6962, section 2.1, and no other.
@Suite struct MerkleTests {
  /// The leaves that implementations of RFC 6962 try themselves on, in hexadecimal.
  static let leaves = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
  ].map(bytes)

  /// Heads of the trees over the first none, one, two … eight of them, as published.
  static let heads = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ]

  private static func bytes(_ digits: String) -> [UInt8] {
    let digits = Array(digits)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }

  @Test func theKnownHeads() {
    var tree = MerkleFrontier()
    #expect(tree.root.hex == Self.heads[0])
    for (leaf, head) in zip(Self.leaves, Self.heads.dropFirst()) {
      tree.append(Digest(leaf: leaf.span))
      #expect(tree.root.hex == head, "\(tree.size) leaves")
    }
  }

  /// The definition as the RFC words it, in plain SHA-256 over plain bytes.
  private func head(_ leaves: ArraySlice<[UInt8]>) -> Digest {
    if leaves.isEmpty { return Digest(hashing: [UInt8]().span) }
    if leaves.count == 1 { return Digest(hashing: ([0] + leaves[leaves.startIndex]).span) }
    var half = 1
    while half * 2 < leaves.count { half *= 2 }
    let middle = leaves.startIndex + half
    let children = head(leaves[..<middle]).bytes + head(leaves[middle...]).bytes
    return Digest(hashing: ([1] + children).span)
  }

  @Test func subtreesCountAsTheirLeaves() {
    let leaves = (0..<200).map { Digest(leaf: [UInt8](repeating: UInt8($0), count: 3).span) }
    for level in 0...5 {
      let width = 1 << level
      var (byLeaf, bySubtree) = (MerkleFrontier(), MerkleFrontier())
      for start in stride(from: 0, to: leaves.count - width + 1, by: width) {
        let part = leaves[start..<start + width]
        for leaf in part { byLeaf.append(leaf) }
        bySubtree.append(subtree: MerkleFrontier.head(ofComplete: part), level: level)
        #expect(byLeaf == bySubtree, "\(start + width) leaves by \(width)")
      }
      #expect(byLeaf.size == Int64(leaves.count / width * width))
    }
  }

  @Test func everySizeFollowsTheDefinition() {
    let leaves = (0..<70).map { [UInt8](repeating: UInt8($0), count: $0) }
    var tree = MerkleFrontier()
    for (size, leaf) in leaves.enumerated() {
      #expect(tree.root == head(leaves[..<size]), "\(size) leaves")
      #expect(MerkleFrontier(peaks: tree.peaks, size: Int64(size)) == tree)
      #expect(MerkleFrontier(peaks: tree.peaks + [.empty], size: Int64(size)) == nil)
      tree.append(Digest(leaf: leaf.span))
    }
  }
}

/// What other implementations of the same trees have published.
@Suite(.enabled(if: SharedVectors.arePresent, "the shared vectors are not beside this checkout"))
struct MerkleVectorTests {
  /// Sound proofs: the known leaves give their heads, and folding a proof of inclusion does too.
  @Test func transparencyDevMerkle() throws {
    var trees: [Int64: Digest] = [:]
    var tree = MerkleFrontier()
    for leaf in MerkleTests.leaves {
      tree.append(Digest(leaf: leaf.span))
      trees[tree.size] = tree.root
    }
    var (inclusions, heads) = (0, 0)
    for folder in 0...4 {
      for path in ["inclusion/\(folder)", "consistency/\(folder)"] {
        let files = try SharedVectors.files(
          in: "rfc6962_merkle/testdata/\(path)", prefix: "happy-path")
        for file in files {
          let vector = try JSONValue(parsing: file.bytes.span, as: .interoperable)
          for (size, root) in [("treeSize", "root"), ("size1", "root1"), ("size2", "root2")] {
            guard let size = vector[size]?.integerValue, let root = vector[root]?.stringValue else {
              continue
            }
            #expect(trees[size]?.base64 == root, "\(path): \(size) leaves")
            heads += 1
          }
          guard let leaf = vector["leafIdx"]?.integerValue else { continue }
          #expect(try foldsToItsRoot(vector, leaf), "\(path)")
          inclusions += 1
        }
      }
    }
    print("RFC 6962: \(inclusions) proofs of inclusion, \(heads) heads")
    #expect(inclusions == 5)
    #expect(heads == 15)
  }

  /// Whether a proof of inclusion leads from its leaf to its root (RFC 9162, section 2.1.3.2).
  private func foldsToItsRoot(_ vector: JSONValue, _ leaf: Int64) throws -> Bool {
    var node = try digest(vector["leafHash"])
    var place = leaf
    var last = try #require(vector["treeSize"]?.integerValue) - 1
    // The proof of a tree of one leaf is null.
    for sibling in vector["proof"]?.arrayValue ?? [] {
      if place & 1 == 1 || place == last {
        node = Digest(left: try digest(sibling), right: node)
        while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        node = Digest(left: node, right: try digest(sibling))
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return try last == 0 && node == digest(vector["root"])
  }

  private func digest(_ value: JSONValue?) throws -> Digest {
    let text = try #require(value?.stringValue)
    return try #require(Digest(base64: text))
  }

  /// A small log of another program: each of its signed heads is that of its first entries.
  @Test func tesseraTestLog() throws {
    let log = "tessera_testlog/testdata/log"
    let checkpoints = try SharedVectors.files(in: log, prefix: "checkpoint.")
    let bundles = try SharedVectors.files(in: log + "/tile/entries/000.p", prefix: "15")
    // A bundle is the entries one after the other, each behind its length in two bytes.
    var rest = try #require(bundles.first).bytes[...]
    var tree = MerkleFrontier()
    var heads = [tree.root.base64]
    while let high = rest.popFirst(), let low = rest.popFirst() {
      let entry = Array(rest.prefix(Int(high) << 8 | Int(low)))
      rest.removeFirst(entry.count)
      tree.append(Digest(leaf: entry.span))
      heads.append(tree.root.base64)
    }
    #expect(heads.count == 16)
    #expect(checkpoints.count == 16)
    for checkpoint in checkpoints {
      let lines = String(decoding: checkpoint.bytes, as: UTF8.self).split(separator: "\n")
      let size = try #require(Int(lines[1]))
      #expect(heads[size] == lines[2], "\(checkpoint.name)")
    }
  }
}
