package import LogStorage

/// A record that no store can serve any more, as far as it can be understood.
package enum SalvagedRow {
    /// Writes a line: `id`, `user_id`, `version`, `operation`, `timestamp`, `previous_id`, and as `payload` what was
    /// written, or as `payload_text` if that is no JSON.
    package static func write(_ header: RecordHeader, _ payload: [UInt8], to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.number(header.lsn.rawValue)
        json.key("user_id")
        json.number(header.subject)
        json.key("version")
        json.number(header.version)
        json.key("operation")
        if let operation = Operation(rawValue: header.kind) { json.string(operation.name) } else { json.null() }
        json.key("timestamp")
        json.string(header.time.rfc3339)
        json.key("previous_id")
        if let previous = header.previous { json.number(previous.rawValue) } else { json.null() }
        let limits = JSONLimits(maximumDepth: JSONLimits.deepest, maximumNumberLength: .max)
        if let value = try? JSONParser.parse(payload, limits: limits) {
            json.key("payload")
            json.value(value)
        } else {
            json.key("payload_text")
            json.string(String(decoding: payload, as: UTF8.self))
        }
        json.endObject()
        json.endLine()
    }
}
