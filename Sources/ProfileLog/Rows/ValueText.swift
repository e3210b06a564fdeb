import ToolConsole
import UserProfiles

/// A JSON value as people read it in a line.
enum ValueText {
    static func of(_ value: JSONValue) -> String {
        if value == .null { return "–" }
        var json = JSONWriter()
        json.value(value)
        return VisibleText.of(String(decoding: json.bytes, as: UTF8.self))
    }
}
