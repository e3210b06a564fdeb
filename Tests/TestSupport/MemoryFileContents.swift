/// The bytes of one file of a simulated disk: as processes see them, as the disk has them, and what lies between.
struct MemoryFileContents: Sendable {
    /// What is done to a file.
    private enum Edit: Sendable {
        case write([UInt8], at: Int)
        case resize(to: Int)
    }

    private struct NumberedEdit: Sendable {
        /// Its place among all that was done to the disk.
        let number: Int
        let edit: Edit
    }

    /// What a process reads.
    private(set) var visible: [UInt8] = []
    /// What a crash of the machine leaves for certain.
    private(set) var durable: [UInt8] = []
    /// What was done since the last sync, in order.
    private var edits: [NumberedEdit] = []

    /// The disk's own unit: of a write to it, all bytes or none are on the disk after a crash, or it is torn.
    static let sectorBytes = 512

    init() {}

    /// Bytes that no crash takes.
    init(durable bytes: [UInt8]) {
        visible = bytes
        durable = bytes
    }

    // MARK: What processes do

    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, number: Int) {
        edits.append(NumberedEdit(number: number, edit: .write(Array(bytes), at: offset)))
        Self.write(bytes, at: offset, to: &visible)
    }

    mutating func resize(to count: Int, number: Int) {
        guard count != visible.count else { return }
        edits.append(NumberedEdit(number: number, edit: .resize(to: count)))
        Self.resize(&visible, to: count)
    }

    mutating func sync() {
        for edit in edits { Self.apply(edit.edit, to: &durable) }
        edits = []
    }

    /// A sync that fails as Linux has it: some of the pages reached the disk and some did not; none is written again,
    /// whatever later syncs report, though processes still see them. The size is not a page's: the journal keeps it.
    mutating func failSync(_ chance: inout SeededGenerator) {
        durable = mixed(&chance)
        Self.resize(&durable, to: visible.count)
        edits = []
    }

    /// Forgets what is in memory only and will never be written: what a process may read some time after a failed sync.
    mutating func evict() {
        visible = durable
        for edit in edits { Self.apply(edit.edit, to: &visible) }
    }

    // MARK: Crash

    /// The numbers of what could get lost.
    var unsyncedNumbers: [Int] { edits.map(\.number) }

    /// The bytes found after a crash that chose between the states of each sector at random; sectors may be torn.
    func mixed(_ chance: inout SeededGenerator) -> [UInt8] {
        if edits.isEmpty { return durable }
        var images = [durable]
        for edit in edits {
            var image = images[images.count - 1]
            Self.apply(edit.edit, to: &image)
            images.append(image)
        }
        let count = images[Int.random(in: images.indices, using: &chance)].count
        var found = [UInt8](repeating: 0, count: count)
        for start in stride(from: 0, to: count, by: Self.sectorBytes) {
            let sector = start..<min(start + Self.sectorBytes, count)
            let states = Self.states(of: sector, in: images)
            if states.count == 1 {
                found.replaceSubrange(sector, with: states[0])
                continue
            }
            var chosen = states[Int.random(in: states.indices, using: &chance)]
            if Int.random(in: 0..<8, using: &chance) == 0 {
                let other = states[Int.random(in: states.indices, using: &chance)]
                let cut = Int.random(in: 0...chosen.count, using: &chance)
                chosen.replaceSubrange(cut..., with: other[cut...])
            }
            found.replaceSubrange(sector, with: chosen)
        }
        return found
    }

    /// The different things that the sector was; beyond a file's end its bytes are zero.
    private static func states(of sector: Range<Int>, in images: [[UInt8]]) -> [[UInt8]] {
        var states: [[UInt8]] = []
        for image in images {
            var bytes = Array(image[sector.clamped(to: image.indices)])
            if bytes.count < sector.count { bytes += repeatElement(0, count: sector.count - bytes.count) }
            if states.last != bytes { states.append(bytes) }
        }
        return states
    }

    /// The bytes found after a crash that left exactly the edits for which `survives` answers 1 whole, those between
    /// 0 and 1 in part.
    func partial(_ survives: (_ number: Int) -> Double) -> [UInt8] {
        var found = durable
        for edit in edits {
            let share = survives(edit.number)
            switch edit.edit {
            case .write(let bytes, let offset) where share > 0:
                let part = bytes.prefix(Int((Double(bytes.count) * share).rounded(.down)))
                Self.apply(.write(Array(part), at: offset), to: &found)
            case .resize where share == 1:
                Self.apply(edit.edit, to: &found)
            case .write, .resize: break
            }
        }
        return found
    }

    // MARK: Bytes

    private static func apply(_ edit: Edit, to bytes: inout [UInt8]) {
        switch edit {
        case .write(let part, let offset): part.withUnsafeBytes { write($0, at: offset, to: &bytes) }
        case .resize(let count): resize(&bytes, to: count)
        }
    }

    private static func write(_ part: UnsafeRawBufferPointer, at offset: Int, to bytes: inout [UInt8]) {
        if part.isEmpty { return }
        if bytes.count < offset + part.count { resize(&bytes, to: offset + part.count) }
        bytes.withUnsafeMutableBytes { target in
            UnsafeMutableRawBufferPointer(rebasing: target[offset..<(offset + part.count)]).copyMemory(from: part)
        }
    }

    private static func resize(_ bytes: inout [UInt8], to count: Int) {
        let missing = count - bytes.count
        if missing > 0 {
            // An array is copied as a whole; elements of other collections one by one, which takes long without optimization.
            bytes.append(contentsOf: [UInt8](repeating: 0, count: missing))
        } else {
            bytes.removeLast(-missing)
        }
    }
}
