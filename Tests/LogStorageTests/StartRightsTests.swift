import Foundation
import TestSupport
import Testing

@testable import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("The right to write, at the start")
struct StartRightsTests {
    private static let parts = ["wal", "checkpoints", "quarantine"]

    /// The error of a start that is refused for want of a right, and that has not changed anything.
    private static func refusal(of fixture: LogFixture) throws -> LogError {
        let paths = fixture.disk.paths
        let error = try #require(throws: LogError.self) { try fixture.open() }
        #expect(error.code == .io)
        #expect(error.errno == EACCES)
        #expect(error.advice == "Give the server's user the right to read and write the data directory")
        #expect(fixture.disk.paths == paths)
        return error
    }

    @Test("A data directory that cannot be made, or in which nothing can be made, is refused")
    func newStore() throws {
        let above = LogFixture()
        try above.disk.makeDirectory("/")
        above.disk.makeReadOnly("")
        #expect(try Self.refusal(of: above).file == "/data")
        let empty = LogFixture()
        try empty.disk.makeDirectory("/data")
        empty.disk.makeReadOnly("/data")
        #expect(try Self.refusal(of: empty).file?.hasPrefix("/data/") == true)
    }

    @Test("A directory of the store that may not be written to is named at the start, not at the next rotation")
    func existingStore() throws {
        for part in Self.parts {
            let fixture = LogFixture()
            let log = try fixture.open()
            try LogFixture.fill(log, batches: [2])
            log.close()
            fixture.disk.makeReadOnly("/data/\(part)")
            let error = try Self.refusal(of: fixture)
            #expect(error.file == "/data/\(part)")
            #expect(error.message == "no files can be made in this directory")
        }
    }

    @Test("The data directory itself need not be writable once the store is there")
    func fixedDataDirectory() throws {
        let fixture = LogFixture(segmentBytes: 1_024)
        try fixture.open().close()
        fixture.disk.makeReadOnly("/data")
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [10, 10, 10])
        #expect(log.extent.segments > 1)
    }

    @Test("A disk without room is no reason to refuse the start")
    func fullDisk() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [2])
        log.close()
        fixture.disk.fail { call, path in
            switch call {
            case .open where path.hasSuffix(SegmentName.prepared): ENOSPC
            case .preallocate, .makeDirectory: ENOSPC
            default: nil
            }
        }
        #expect(try fixture.open().last.lsn == LogSequenceNumber(2))
    }

    @Test("The operating system is asked, and makes nothing")
    func operatingSystem() throws {
        let directory = try TemporaryDirectory()
        try PosixFileSystem().checkWritable(directory.path)
        #expect(try PosixFileSystem().entries(of: directory.path) == [])
        let missing = directory.appending("missing")
        let error = #expect(throws: SystemCallError.self) { try PosixFileSystem().checkWritable(missing) }
        #expect(error == SystemCallError(call: "faccessat", path: missing, number: ENOENT))
    }

    @Test("The operating system's refusal comes through")
    func refusedByOperatingSystem() throws {
        let directory = try TemporaryDirectory()
        #expect(chmod(directory.path, 0o500) == 0)
        defer { chmod(directory.path, 0o700) }
        let error = try Self.withoutPrivileges {
            #expect(throws: SystemCallError.self) { try PosixFileSystem().checkWritable(directory.path) }
        }
        #expect(error?.number == EACCES)
    }

    /// Runs `body` with the rights of a user who is not root, who may write anywhere.
    ///
    /// `setfsuid` changes the rights to files of the calling thread only; Swift has no name for it.
    private static func withoutPrivileges<Result>(_ body: () throws -> Result) throws -> Result {
        guard geteuid() == 0 else { return try body() }
        typealias SetFileSystemUser = @convention(c) (uid_t) -> CInt
        let setUser = unsafeBitCast(try #require(dlsym(nil, "setfsuid")), to: SetFileSystemUser.self)
        _ = setUser(65_534)
        defer { _ = setUser(0) }
        return try body()
    }
}
