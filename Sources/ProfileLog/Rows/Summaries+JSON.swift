import LogStorage
import ToolConsole
import UserProfiles

extension JSONWriter {
    mutating func optional(_ text: String?) {
        if let text { string(text) } else { null() }
    }

    /// Writes a number with two decimals.
    mutating func decimal(_ number: Double) {
        raw(Array(Amount.text(number, decimals: 2).filter { $0 != "," }.utf8))
    }
}

extension SegmentSummary {
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("file")
        json.string(file)
        json.key("first_lsn")
        json.number(firstLSN.rawValue)
        json.key("last_lsn")
        json.number(lastLSN.rawValue)
        json.key("first_time")
        json.optional(firstTime?.rfc3339)
        json.key("last_time")
        json.optional(lastTime?.rfc3339)
        json.key("log_bytes")
        json.number(dataBytes)
        json.key("file_bytes")
        json.number(bytes)
        json.key("sealed")
        json.bool(isSealed)
        json.key("tree_root")
        json.optional(tree?.head.description)
        json.endObject()
    }
}

extension CheckpointSummary {
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("file")
        json.string(file.path)
        json.key("lsn")
        json.number(lsn.rawValue)
        json.key("time")
        json.optional(time?.rfc3339)
        json.key("file_bytes")
        json.number(bytes)
        json.key("tree_root")
        json.optional(tree?.head.description)
        json.key("problem")
        json.optional(problem)
        json.endObject()
    }
}
