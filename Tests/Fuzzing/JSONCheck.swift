@testable import UserProfiles

/// Gives arbitrary bytes to the parser of JSON.
enum JSONCheck {
    static func run(_ input: [UInt8]) throws {
        // Deeper than any limit: the stack must not depend on the input.
        let limits = JSONLimits(maximumDepth: .max)
        guard let value = try? JSONParser.parse(input, limits: limits) else { return }
        var writer = JSONWriter()
        writer.value(value)
        let text = writer.bytes
        try FuzzFinding.require(text.count <= input.count, "minified JSON is longer than it was")
        let again = try? JSONParser.parse(text, limits: limits)
        try FuzzFinding.require(again == value, "a value is not what it was written from")
        var second = JSONWriter()
        if let again { second.value(again) }
        try FuzzFinding.require(second.bytes == text, "JSON is not written as it was read")
        try checkRaw(text, value)
    }

    /// The reader of trusted text must see in minified objects what the parser sees.
    private static func checkRaw(_ text: [UInt8], _ value: JSONValue) throws {
        guard case .object(let object) = value else { return }
        var members: [JSONObject.Member] = []
        try text.withUnsafeBufferPointer { bytes in
            var reader = JSONReader(bytes)
            guard try reader.beginRawObject() else { return }
            repeat {
                let key = try reader.rawKey()
                let raw = Array(try reader.rawValue())
                let limits = JSONLimits(maximumDepth: .max)
                members.append(JSONObject.Member(key: key, value: try JSONParser.parse(raw, limits: limits)))
            } while try reader.continuesRawObject()
        }
        try FuzzFinding.require(members == object.members, "trusted text is read otherwise than by the parser")
    }
}
