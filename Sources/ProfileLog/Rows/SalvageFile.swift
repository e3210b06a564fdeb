import LogStorage
import UserProfiles

/// Keeps records that a repaired store cannot serve, one JSON object a line: what the header says, and the payload as
/// it was written.
final class SalvageFile {
    static let name = "salvaged.ndjson"

    private let directory: String
    private var file: NewFile?
    private var json = JSONWriter(reservingCapacity: SalvageFile.pieceBytes)

    private static let pieceBytes = 256 << 10

    /// - Parameter directory: that of the repaired store; the file is only made when there is a record for it.
    init(_ directory: String) {
        self.directory = directory
    }

    func add(_ header: RecordHeader, _ payload: [UInt8]) throws {
        SalvagedRow.write(header, payload, to: &json)
        if json.bytes.count >= Self.pieceBytes { try flush() }
    }

    /// Makes all of it durable.
    func finish() throws {
        try flush()
        try file?.sync()
    }

    private func flush() throws {
        guard !json.bytes.isEmpty else { return }
        let file = try self.file ?? NewFile(directory, Self.name)
        self.file = file
        try file.append(json.bytes)
        json.removeAll()
    }
}
