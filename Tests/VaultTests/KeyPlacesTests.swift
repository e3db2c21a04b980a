import Foundation
import Testing
import Vault

@Suite struct KeyPlacesTests {
  private func places(_ environment: [String: String]) -> KeyPlaces? {
    KeyPlaces(ledger: "L") { environment[$0] }
  }

  @Test func theEnvironmentNamesThePlaces() throws {
    let home = KeyPlaces(
      master: "/h/.config/quipu/L/master.key", epochs: "/h/.config/quipu/L/epochs")
    #expect(places(["HOME": "/h"]) == home)
    #expect(places(["HOME": "/h", "XDG_CONFIG_HOME": "/x"])?.master == "/x/quipu/L/master.key")
    #expect(places(["XDG_CONFIG_HOME": "relative"]) == nil)
    #expect(places([:]) == nil)
    #expect(places(["QUIPU_MASTER_KEY_FILE": "/m"]) == nil, "the epoch keys have no place")
    #expect(
      places(["QUIPU_MASTER_KEY_FILE": "/m", "QUIPU_EPOCH_KEYS_FILE": "/e"])
        == KeyPlaces(master: "/m", epochs: "/e", makesMaster: false))
    #expect(
      places(["HOME": "/h", "QUIPU_MASTER_KEY_FILE": "/m"])
        == KeyPlaces(master: "/m", epochs: home.epochs, makesMaster: false))
  }

  @Test func aCredentialOfTheServiceCountsWhereItIs() throws {
    let folder = try VaultFolder()
    let environment = ["HOME": "/h", "CREDENTIALS_DIRECTORY": folder.path]
    #expect(places(environment)?.makesMaster == true)
    try Data(repeating: 1, count: 32).write(to: URL(filePath: folder.path + "/quipu-master-key"))
    #expect(
      places(environment)
        == KeyPlaces(
          master: folder.path + "/quipu-master-key", epochs: "/h/.config/quipu/L/epochs",
          makesMaster: false))
  }
}
