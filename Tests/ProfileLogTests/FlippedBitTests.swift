import ArgumentParser
import Foundation
import LogStorage
import TestSupport
import Testing
import ToolConsole

@testable import ProfileLog

@Suite("Flipped bits", .timeLimit(.minutes(5)))
struct FlippedBitTests {
    @Test("Every single bit that flips anywhere in a store is found", arguments: 0..<8)
    func everyBit(bit: Int) async throws {
        // Bytes between what was written and the end of the preallocated file count, too.
        let store = try await SampleStore(segmentBytes: 300, changes: 6)
        let files = DataFiles(path: store.path)
        #expect(try files.segments().count >= 3)
        let command = try #require(
            try ProfileLogCommand.parseAsRoot(["verify", "--data", store.path]) as? VerifyCommand
        )
        #expect(Self.status(command) == .good)
        var missed: [String] = []
        for file in try files.all() {
            let handle = try #require(FileHandle(forUpdatingAtPath: file))
            let bytes = try DataFiles.bytes(file)
            for offset in TestScale.sample(bytes.indices, about: 25) {
                try Self.put(bytes[offset] ^ UInt8(1) << UInt8(bit), at: offset, in: handle)
                if Self.status(command) == .good { missed.append("\(file), offset \(offset)") }
                try Self.put(bytes[offset], at: offset, in: handle)
            }
        }
        #expect(missed == [])
        #expect(Self.status(command) == .good)
    }

    private static func put(_ byte: UInt8, at offset: Int, in handle: FileHandle) throws {
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: [byte])
    }

    /// What the command answers; a crash would end the tests.
    private static func status(_ command: VerifyCommand) -> ToolStatus {
        let console = Console(
            output: OutputWriter(),
            errors: OutputWriter(),
            style: .plain,
            width: nil,
            showsProgress: false
        )
        do {
            // Nobody writes to the store, so there is nothing to wait for.
            return try command.run(on: console) { ArchiveVerifier($0, patience: .none) }
        } catch let error as LogError {
            return ToolFailure(error).status
        } catch {
            return .io
        }
    }
}
