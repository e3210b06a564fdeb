import LogStorage

/// Writes the files of an archive as it comes, and takes nothing but what a backup consists of.
///
/// For archives as the server makes them (ustar): plain files and folders by the names that a data directory has.
struct TarUnpacker: Sendable {
    private enum State: Sendable {
        case header
        case contents(any File, at: UInt64, of: UInt64)
        case padding(Int)
        /// Behind the first of the two empty blocks at the end.
        case end
    }

    private static let blockBytes = 512
    private static let folders = ["wal", "checkpoints"]

    private let directory: String
    private let fileSystem = PosixFileSystem()
    private var state = State.header
    private var block: [UInt8] = []
    private var isWhole = false

    /// - Parameter directory: there already, and empty.
    init(directory: String) {
        self.directory = directory
    }

    /// Takes the next bytes of the archive. Blocks.
    ///
    /// - Throws: ``BackupError`` for what is no backup; ``SystemCallError`` of the disk.
    mutating func take(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .header, .end:
                let part = rest.prefix(Self.blockBytes - block.count)
                block += part
                rest = rest.dropFirst(part.count)
                guard block.count == Self.blockBytes else { return }
                try takeHeader(block)
                block = []
            case .contents(let file, let offset, let size):
                let part = Array(rest.prefix(Int(clamping: size - offset)))
                try file.writeFully(part, at: offset)
                rest = rest.dropFirst(part.count)
                try advance(file, to: offset + UInt64(part.count), of: size)
            case .padding(let count):
                let part = min(count, rest.count)
                rest = rest.dropFirst(part)
                state = part == count ? .header : .padding(count - part)
            }
        }
    }

    /// Makes the names durable.
    ///
    /// - Throws: ``BackupError`` if the archive is not whole.
    func finish() throws {
        guard isWhole, block.isEmpty else { throw BackupError("the archive ends too early") }
        for folder in Self.folders { try fileSystem.syncDirectory("\(directory)/\(folder)") }
        try fileSystem.syncDirectory(directory)
    }

    private mutating func takeHeader(_ block: [UInt8]) throws {
        let isEmpty = block.allSatisfy { $0 == 0 }
        if case .end = state {
            guard isEmpty, !isWhole else { throw Self.strange }
            isWhole = true
            return
        }
        if isEmpty {
            state = .end
            return
        }
        let sum = Self.octal(block[148..<156])
        let actual = block.enumerated().reduce(UInt64(0)) { sum, byte in
            sum + UInt64((148..<156).contains(byte.offset) ? UInt8(ascii: " ") : byte.element)
        }
        guard sum == actual, block[257..<262].elementsEqual("ustar".utf8), let size = Self.size(block[124..<136]) else {
            throw Self.strange
        }
        let name = String(decoding: block[..<100].prefix { $0 != 0 }, as: UTF8.self)
        switch block[156] {
        case UInt8(ascii: "5"):
            guard name.hasSuffix("/"), Self.folders.contains(String(name.dropLast())), size == 0 else {
                throw Self.strange
            }
            try fileSystem.makeDirectory("\(directory)/\(name.dropLast())")
        case UInt8(ascii: "0"):
            guard Self.isExpected(name) else { throw Self.strange }
            let file = try fileSystem.open("\(directory)/\(name)", .createOrEmpty)
            try advance(file, to: 0, of: size)
        default: throw Self.strange
        }
    }

    private mutating func advance(_ file: any File, to offset: UInt64, of size: UInt64) throws {
        guard offset == size else { return state = .contents(file, at: offset, of: size) }
        try file.syncData()
        let padding = (Self.blockBytes - Int(size % UInt64(Self.blockBytes))) % Self.blockBytes
        state = padding == 0 ? .header : .padding(padding)
    }

    /// No archive may write anywhere else.
    private static func isExpected(_ name: String) -> Bool {
        if name == "store.json" { return true }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let folder = parts.first, let file = parts.last else { return false }
        return folders.contains(String(folder)) && !file.isEmpty && !file.hasPrefix(".")
    }

    private static let strange = BackupError("what the server sends is no backup")

    private static func octal(_ field: ArraySlice<UInt8>) -> UInt64? {
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        return UInt64(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// Octal digits, or behind a set bit the number itself.
    private static func size(_ field: ArraySlice<UInt8>) -> UInt64? {
        guard field.first == 0x80 else { return octal(field) }
        return field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
}
