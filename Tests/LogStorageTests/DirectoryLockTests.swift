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

    /// The process' own descriptor of an open file.
    private func descriptor(of path: String) -> Int32? {
        let folder = "/proc/self/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.first { (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path }
            .flatMap { Int32($0) }
    }
}
