import LogStorage
import ToolConsole
import UserProfiles

/// What `info` shows.
struct InfoReport {
    let directory: String
    let archive: LogArchive
    let style: RowStyle
    private let users: UserCount?
    private let sample: PayloadSample?

    /// Users and compression are left out where damage keeps them from being known.
    init(directory: String, archive: LogArchive, style: RowStyle) {
        self.directory = directory
        self.archive = archive
        self.style = style
        users = try? UserCount(archive, checkpoints: archive)
        sample = try? PayloadSample(archive)
    }

    private static let format = 1

    private var fileBytes: UInt64 {
        archive.segments.reduce(0) { $0 + $1.bytes } + archive.checkpoints.reduce(0) { $0 + $1.bytes }
    }

    /// JSON bytes a byte of the log, headers and all.
    private var ratio: Double? {
        let bytes = archive.extent.bytes
        guard let sample, bytes > 0 else { return nil }
        return sample.averageBytes * Double(archive.last.lsn.rawValue) / Double(bytes)
    }

    /// The newest Merkle tree that a file states.
    private var tree: MerkleFrontier? {
        let trees = archive.segments.compactMap(\.tree) + archive.checkpoints.compactMap(\.tree)
        return trees.max { $0.size < $1.size }
    }

    // MARK: Text

    func text() -> String {
        var lines: [(String, String)] = [
            ("directory", VisibleText.of(directory)),
            ("store", "\(archive.storeID?.description ?? "unknown"), made \(time(archive.createdAt))"),
            ("format", "\(Self.format)"),
            ("records", records),
        ]
        if let users {
            let deleted = users.users - users.live
            lines.append(("users", "\(Amount.text(users.live)) live, \(Amount.text(deleted)) deleted"))
        }
        lines.append(("size", size))
        if let ratio, let sample {
            let basis = sample.records < archive.last.lsn.rawValue ? ", by \(Amount.text(sample.records)) records" : ""
            lines.append(("compression", "\(Amount.text(ratio, decimals: 2)) × (JSON to log\(basis))"))
        }
        if let tree {
            lines.append(("tree root", "\(tree.head)"))
            lines.append(("", "over records 1–\(Amount.text(tree.size))"))
        }
        let width = 13
        var text = lines.map { style.style.text(DisplayWidth.padded($0.0, to: width), .heading) + $0.1 + "\n" }.joined()
        text += segments() + checkpoints()
        return text
    }

    private var records: String {
        let last = archive.last
        guard last.lsn > .zero else { return "none" }
        let first = archive.segments.first?.firstTime
        return "\(Amount.text(last.lsn.rawValue)), from \(time(first)) to \(time(last.time))"
    }

    private var size: String {
        let extent = archive.extent
        let records = archive.last.lsn.rawValue
        var text = "\(Amount.bytes(extent.bytes)) of log"
        if records > 0 {
            text += ", \(Amount.text(Double(extent.bytes) / Double(records), decimals: 0)) bytes a record"
        }
        return text + "; \(Amount.bytes(fileBytes)) of files"
    }

    private func segments() -> String {
        var table = TextTable(
            ["SEGMENT", "FIRST", "LAST", "FROM", "TO", "BYTES", ""],
            rightAligned: [1, 2, 5]
        )
        for segment in archive.segments {
            table.add([
                Self.name(segment.file), "\(segment.firstLSN)", "\(segment.lastLSN)", time(segment.firstTime),
                time(segment.lastTime), Amount.text(segment.dataBytes), segment.isSealed ? "sealed" : "open",
            ])
        }
        return "\n" + table.text(style.style)
    }

    private func checkpoints() -> String {
        guard !archive.checkpoints.isEmpty else { return "" }
        var table = TextTable(["CHECKPOINT", "RECORD", "TIME", "BYTES", ""], rightAligned: [1, 3])
        for checkpoint in archive.checkpoints {
            table.add([
                Self.name(checkpoint.file.path), "\(checkpoint.lsn)", time(checkpoint.time),
                Amount.text(checkpoint.bytes), checkpoint.problem ?? "",
            ])
        }
        return "\n" + table.text(style.style)
    }

    private func time(_ time: LogTimestamp?) -> String { time.map(style.time.text) ?? "–" }

    private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    // MARK: For programs

    func ndjson() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("store_id")
        json.optional(archive.storeID?.description)
        json.key("created_at")
        json.optional(archive.createdAt?.rfc3339)
        json.key("format")
        json.number(Self.format)
        json.key("records")
        json.number(archive.last.lsn.rawValue)
        json.key("first_time")
        json.optional(archive.segments.first?.firstTime?.rfc3339)
        json.key("last_time")
        json.optional(archive.last.lsn > .zero ? archive.last.time.rfc3339 : nil)
        json.key("users")
        if let users { json.number(users.users) } else { json.null() }
        json.key("live_users")
        if let users { json.number(users.live) } else { json.null() }
        json.key("log_bytes")
        json.number(archive.extent.bytes)
        json.key("file_bytes")
        json.number(fileBytes)
        json.key("compression_ratio")
        if let ratio { json.decimal(ratio) } else { json.null() }
        json.key("tree_size")
        if let tree { json.number(tree.size) } else { json.null() }
        json.key("tree_root")
        json.optional(tree?.head.description)
        json.key("segments")
        json.beginArray()
        for segment in archive.segments { segment.write(to: &json) }
        json.endArray()
        json.key("checkpoints")
        json.beginArray()
        for checkpoint in archive.checkpoints { checkpoint.write(to: &json) }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.bytes
    }
}
