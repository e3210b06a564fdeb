import LogStorage

@testable import UserProfiles

/// Gives arbitrary bytes to the decoder of the index's checkpoint.
enum IndexCheckpointCheck {
    /// Takes `input` for blocks, each behind its length (u32, little-endian); the last one may be cut off.
    static func run(_ input: [UInt8]) throws {
        try check(input)
        var counted = input
        if count(&counted), counted != input { try check(counted) }
    }

    private static func check(_ input: [UInt8]) throws {
        guard let (header, users) = decoded(blocks(of: input)) else { return }
        try FuzzFinding.require(users.count == header.users, "a table has another number of users than its header")
        try FuzzFinding.require(users.liveCount == header.liveUsers, "a table has another number of live users")
        var written: [[UInt8]] = []
        try IndexCheckpointEncoder(users: users).encode { written.append($0) }
        guard let (_, again) = decoded(written) else {
            throw FuzzFinding(description: "a checkpoint that was written cannot be read")
        }
        for number in 0..<min(users.count, 4_096) {
            let id = UserID(UInt64(number) + 1)
            try FuzzFinding.require(users.text(id) == again.text(id), "a search text is not what was written")
            try FuzzFinding.require(users.entry(id) == again.entry(id), "an entry is not what was written")
        }
        let index = ProfileIndex(users)
        for number in 0..<min(users.count, 64) {
            let id = UserID(UInt64(number) + 1)
            guard let entry = users.entry(id), !entry.deleted else { continue }
            try FuzzFinding.require(index.holders(of: entry.emailKey).contains(id), "an email has lost its holder")
        }
    }

    private static func decoded(_ blocks: [[UInt8]]) -> (IndexCheckpointHeader, UserTable)? {
        var decoder = IndexCheckpointDecoder()
        var users = UserTable()
        do {
            for block in blocks { try decoder.take(block) { users.append(page: $0) } }
            guard let position = decoder.header?.position else { return nil }
            let header = try decoder.finish(at: position)
            users.position = header.position
            users.time = header.time
            return (header, users)
        } catch {
            return nil
        }
    }

    private static func blocks(of input: [UInt8]) -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        var rest = input[...]
        while rest.count >= 4 {
            let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            blocks.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return blocks
    }

    /// The blocks in the form in which ``run(_:)`` takes them.
    static func joined(_ blocks: [[UInt8]]) -> [UInt8] {
        blocks.flatMap { block in (0..<4).map { UInt8(truncatingIfNeeded: block.count >> (8 * $0)) } + block }
    }

    /// Makes the first block say as many users as there are; false if they cannot be counted.
    private static func count(_ input: inout [UInt8]) -> Bool {
        var blocks = blocks(of: input)
        guard let first = blocks.first, first.count == IndexCheckpointFormat.headerBytes else { return false }
        var counted = IndexCheckpointDecoder()
        var users = 0
        var live = 0
        do {
            try counted.take(first) { _ in }
            for block in blocks.dropFirst() {
                try counted.take(block) { page in
                    users += page.entries.count
                    live += page.entries.filter { !$0.deleted }.count
                }
            }
        } catch {
            return false
        }
        for (offset, number) in [(32, users), (40, live)] {
            for byte in 0..<8 { blocks[0][offset + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
        }
        input = joined(blocks)
        return true
    }
}
