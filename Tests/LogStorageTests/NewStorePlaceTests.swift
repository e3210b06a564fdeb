import Logging
import TestSupport
import Testing

@testable import LogStorage

@Suite("Where a new store may be made")
struct NewStorePlaceTests {
    private static func make(_ names: [String], in disk: MemoryFileSystem) throws {
        try disk.makeDirectory("/data")
        for name in names { _ = try disk.open("/data/\(name)", .createOrEmpty) }
    }

    /// The error of a start that is refused and has made nothing.
    private static func refusal(_ fixture: LogFixture, _ configuration: LogConfiguration) throws -> LogError {
        let paths = fixture.disk.paths
        let error = try #require(throws: LogError.self) {
            try LogOpener(configuration, logger: .init(label: "test")).open()
        }
        #expect(error.code == .invalidDirectory)
        #expect(error.file == "/data")
        #expect(fixture.disk.paths == paths)
        return error
    }

    @Test("A directory with other files and no store is refused, and named with what is in it")
    func otherFiles() throws {
        let fixture = LogFixture()
        try Self.make(["usr", "bin", "etc", "sbin", "var"], in: fixture.disk)
        let error = try Self.refusal(fixture, fixture.configuration)
        #expect(error.message == "this directory holds no store but other files: bin, etc, sbin and 2 more")
        #expect(error.advice?.contains("a directory that is empty or missing") == true)
        let single = LogFixture()
        try Self.make(["notes.txt"], in: single.disk)
        #expect(try Self.refusal(single, single.configuration).message.hasSuffix("other files: notes.txt"))
    }

    @Test("Files that begin with a dot, lost+found, the store's own names and the program's other files do not count")
    func ownFiles() throws {
        let fixture = LogFixture()
        try Self.make([".snapshot", "LOCK", "accounts.json"], in: fixture.disk)
        for name in ["lost+found", "wal", "keys"] { try fixture.disk.makeDirectory("/data/\(name)") }
        var configuration = fixture.configuration
        #expect(try Self.refusal(fixture, configuration).message.hasSuffix("other files: accounts.json"))
        configuration.companions = ["accounts.json"]
        #expect(throws: Never.self) { try LogOpener(configuration, logger: .init(label: "test")).open() }
    }

    @Test("A copy may be made at the root of a new volume, and not where anything else is")
    func copies() throws {
        let fixture = LogFixture()
        for name in ["/volume", "/volume/lost+found", "/volume/.snapshot"] { try fixture.disk.makeDirectory(name) }
        #expect(throws: Never.self) { try NewStore("/volume", fileSystem: fixture.disk) }
        let error = #expect(throws: LogError.self) { try NewStore("/volume", fileSystem: fixture.disk) }
        #expect(error?.code == .invalidDirectory)
    }

    @Test("Other files beside a store do not matter, not even when its description is lost")
    func besideAStore() throws {
        let fixture = LogFixture()
        try fixture.open().close()
        _ = try fixture.disk.open("/data/notes.txt", .createOrEmpty)
        try fixture.open().close()
        try fixture.disk.remove("/data/store.json")
        try fixture.open().close()
    }

    @Test("Another store than the expected one is refused, and no new one is made in its place")
    func expected() throws {
        let fixture = LogFixture()
        var configuration = fixture.configuration
        let expected = StoreID.random()
        configuration.expectedStoreID = expected
        for isThere in [false, true] {
            if isThere { try fixture.disk.makeDirectory("/data") }
            let error = try Self.refusal(fixture, configuration)
            #expect(error.message == "there is no store in this directory, but the store \(expected) is expected")
        }
        let log = try fixture.open()
        let id = log.storeID
        log.close()
        let error = try Self.refusal(fixture, configuration)
        #expect(error.message == "this directory holds the store \(id), but the store \(expected) is expected")
        #expect(error.advice?.contains("EXPECT_STORE_ID") == true)
        configuration.expectedStoreID = id
        #expect(throws: Never.self) { try LogOpener(configuration, logger: .init(label: "test")).open() }
    }
}
