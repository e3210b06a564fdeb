import Foundation
import Logging
import TestSupport
import Testing

@testable import LogStorage

@Suite("The lock of a data directory")
struct DirectoryLockTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.appending("LOCK")
    }

    @Test("Only one has it at a time, and it is free once that one lets it go")
    func oneAtATime() throws {
        var lock = try PosixFileSystem().lock(path)
        #expect(lock != nil)
        #expect(try PosixFileSystem().lock(path) == nil)
        lock = nil
        #expect(lock == nil)
        #expect(try PosixFileSystem().lock(path) != nil)
    }

    @Test("It is free although a process that is just being started still has a copy of its descriptor")
    func copiedDescriptor() throws {
        var lock = try PosixFileSystem().lock(path)
        #expect(lock != nil)
        let copy = dup(try #require(descriptor(of: path)))
        defer { close(copy) }
        #expect(copy >= 0)
        #expect(try PosixFileSystem().lock(path) == nil)
        lock = nil
        #expect(lock == nil)
        #expect(try PosixFileSystem().lock(path) != nil)
    }

    @Test("A directory in its place is named, with what to do about it")
    func directoryInItsPlace() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let configuration = LogConfiguration(directory: directory.path)
        let error = try #require(throws: LogError.self) {
            try WriteAheadLog.open(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        #expect(error.code == .invalidDirectory)
        #expect(error.file == path)
        #expect(error.advice == "Move it away")
    }

    // MARK: Files that are moved under an open log

    private func open(_ name: String) throws -> WriteAheadLog {
        var configuration = LogConfiguration(directory: directory.appending(name))
        configuration.segmentBytes = 4_096
        // So that the next segment's file is made when it is needed, and not at a moment of its own.
        configuration.background = .caller
        return try WriteAheadLog.open(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func move(_ name: String, to newName: String) throws {
        try FileManager.default.moveItem(atPath: directory.appending(name), toPath: directory.appending(newName))
    }

    /// Every file below a directory, with its bytes.
    private func contents(of name: String) throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory.appending(name))
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { file in
                FileManager.default.contents(atPath: directory.appending("\(name)/\(file)")).map { (file, $0) }
            }
        )
    }

    @Test("Without LOCK, under another name and in a copy made of hard links, the directory is locked all the same")
    func lockedWhateverItsName() throws {
        let log = try open("data")
        try LogFixture.fill(log, batches: [1])
        try FileManager.default.removeItem(atPath: directory.appending("data/LOCK"))
        #expect(throws: LogError.self) { try open("data") }
        try FileManager.default.removeItem(atPath: directory.appending("data/LOCK"))
        // The segments are the same files under further names.
        try FileManager.default.createDirectory(
            atPath: directory.appending("linked/wal"),
            withIntermediateDirectories: true
        )
        for name in ["store.json", "wal/00000000000000000001.wal"] {
            try FileManager.default.linkItem(
                atPath: directory.appending("data/\(name)"),
                toPath: directory.appending("linked/\(name)")
            )
        }
        try move("data", to: "moved")
        for name in ["moved", "linked"] {
            let error = try #require(throws: LogError.self) { try open(name) }
            #expect(error.code == .locked && error.file?.contains(name) == true, "\(error)")
        }
        log.close()
        let moved = try open("moved")
        #expect(moved.last.lsn == LogSequenceNumber(1))
        // A segment that is begun is locked like the first.
        try LogFixture.fill(moved, batches: Array(repeating: 1, count: 60))
        let newest = try #require(try contents(of: "moved/wal").keys.filter { $0.hasSuffix(".wal") }.max())
        #expect(newest != "00000000000000000001.wal")
        let file = try PosixFileSystem().open(directory.appending("moved/wal/\(newest)"), .readWrite)
        #expect(try file.lock() == nil)
        moved.close()
        #expect(try file.lock() != nil)
    }

    @Test("A log whose directory was moved changes nothing in the store that stands at its path now, and says so")
    func movedDirectory() throws {
        let log = try open("data")
        try LogFixture.fill(log, batches: [1])
        let position = try log.checkpointPosition()
        try move("data", to: "old")
        let other = try open("data")
        try LogFixture.fill(other, batches: [1])
        other.prepareNextSegment()
        let before = try contents(of: "data")
        // By then the open file, which is the store's own wherever it is, is written to.
        var written = 1
        let error = try #require(throws: LogError.self) {
            while written < 200 {
                try LogFixture.fill(log, batches: [1])
                written += 1
            }
        }
        #expect(error.code == .poisoned && error.file == directory.appending("data"), "\(error)")
        #expect(error.description.contains("another one was put in its place"), "\(error)")
        #expect(log.poison?.code == .invalidDirectory)
        #expect(throws: LogError.self) { try log.writeCheckpoint(position) { try $0([1]) } }
        #expect(try contents(of: "data") == before)
        #expect(try LogFixture.records(of: log).count == written)
        log.close()
        other.close()
        let again = try open("old")
        #expect(again.last.lsn == LogSequenceNumber(UInt64(written)))
        again.close()
    }

    @Test("A moved directory is noticed without a write, and by a checkpoint", arguments: [true, false])
    func noticed(byCheckpoint: Bool) throws {
        let log = try open("data")
        try LogFixture.fill(log, batches: [1])
        let position = try log.checkpointPosition()
        try log.checkEnvironment()
        // wal/ alone is enough.
        try move("data/wal", to: "elsewhere")
        let error = try #require(throws: LogError.self) {
            if byCheckpoint {
                try log.writeCheckpoint(position) { try $0([1]) }
            } else {
                try log.checkEnvironment()
            }
        }
        #expect(error.code == .poisoned && error.description.contains("was moved or removed"), "\(error)")
        #expect(error.file == directory.appending("data/wal"))
        try move("elsewhere", to: "data/wal")
        #expect(throws: LogError.self) { try LogFixture.fill(log, batches: [1]) }
        log.close()
        let again = try open("data")
        try LogFixture.fill(again, batches: [1])
        again.close()
    }

    @Test("A prepared segment that another file has replaced is not used, and the other file stays as it is")
    func replacedPreparedSegment() throws {
        let log = try open("data")
        log.prepareNextSegment()
        let prepared = directory.appending("data/wal/next.prepared")
        try FileManager.default.removeItem(atPath: prepared)
        try Data("another".utf8).write(to: URL(filePath: prepared))
        let error = try #require(throws: LogError.self) {
            try LogFixture.fill(log, batches: Array(repeating: 1, count: 200))
        }
        #expect(error.code == .poisoned && error.file == prepared, "\(error)")
        #expect(FileManager.default.contents(atPath: prepared) == Data("another".utf8))
        log.close()
    }

    /// The process' own descriptor of an open file.
    private func descriptor(of path: String) -> Int32? {
        let folder = "/proc/self/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.first { (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path }
            .flatMap { Int32($0) }
    }
}
